"""Bytes as text: UTF-8, UTF-16 and UTF-32, Windows-1252; text that was decoded wrongly before is recognised."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import NamedTuple

from ccn_kb.errors import DataError, Problem
from ccn_kb.store import yamlio

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\0", b"MM\0*")
_OTHERS = ((b"%PDF", "a PDF document"), (b"{\\rtf", "a document in RTF"), (b"\x1f\x8b", "a compressed file"))
_WRONG_READINGS = ("cp1252", "latin-1", "cp1250", "cp1251", "cp1254", "mac_roman", "cp850")
# Two to four letters that together are one letter in UTF-8, read in a one-byte encoding.
_RUN = re.compile(r"[^\x00-\x7f]{2,}")


class Decoded(NamedTuple):
    """The text of a file, and a remark if its encoding was guessed."""

    text: str
    remark: str | None


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file. Raises DataError if it is larger than a list of cities can be, OSError."""
    with path.open("rb") as stream:
        raw = stream.read(yamlio.MAX_BYTES + 1)
    if len(raw) > yamlio.MAX_BYTES:
        message = f"the file has more than {yamlio.MAX_BYTES:,} bytes"
        raise DataError([Problem(str(path), 1, "size", message, "split or shorten it")])
    return raw


def decode(raw: bytes, file: str) -> Decoded:
    """Return the text of a file. Raises DataError, with the remedy, if it is not text."""
    for start, encoding in _BOMS:
        if raw.startswith(start):
            return _decoded(raw, encoding, file, None)
    kind = "a picture" if raw.startswith(_PICTURES) and b"\0" in raw else None
    kind = kind or next((name for start, name in _OTHERS if raw.startswith(start)), None)
    if kind:
        raise DataError([Problem(file, 1, "encoding", f"the file is {kind}, not text", "copy the list as text")])
    if b"\0" in raw:
        # Every second byte of Latin text in UTF-16 is zero.
        encoding = "utf-16-be" if raw[:1] == b"\0" else "utf-16-le"
        if max(raw[::2].count(0), raw[1::2].count(0)) * 4 < len(raw) // 2:
            raise DataError([Problem(file, 1, "encoding", "the file is not text", "copy the list as text")])
        return _decoded(raw, encoding, file, f"the file is read as {encoding.upper()}")
    try:
        return Decoded(raw.decode("utf-8"), None)
    except UnicodeDecodeError as error:
        return _one_byte_encoding(raw, error, file)


def _decoded(raw: bytes, encoding: str, file: str, remark: str | None) -> Decoded:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        message = f"the file is not valid {encoding.upper()} (byte {error.start:,})"
        raise DataError([Problem(file, 1, "encoding", message, "save the file as UTF-8")]) from None
    if "\0" in text:
        raise DataError([Problem(file, 1, "encoding", "the file is not text", "copy the list as text")])
    return Decoded(text, remark)


def _one_byte_encoding(raw: bytes, error: UnicodeDecodeError, file: str) -> Decoded:
    """Return the text in Windows-1252, if its letters then stand where letters can stand in a language of Europe."""
    line = raw.count(b"\n", 0, error.start) + 1
    message = f"byte 0x{raw[error.start]:02x} is not valid UTF-8"
    problem = Problem(file, line, "encoding", message, "save the file as UTF-8")
    if error.reason == "unexpected end of data":
        raise DataError([problem])
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError:
        raise DataError([problem]) from None
    if not _is_sensible(text) or mojibake(text):
        raise DataError([problem])
    return Decoded(text, "the file is not UTF-8; it is read as Windows-1252 (Western European): check the accents")


def _is_sensible(text: str) -> bool:
    if any(ord(character) < 32 and character not in "\t\n\r\f" for character in text):
        return False
    special = [character for character in text if ord(character) > 127]
    letters = [word for word in re.findall(r"\w+", text) if not word.isascii()]
    # Words of other alphabets become words without a plain letter; a language of Europe has one accent in most.
    strange = [word for word in letters if sum(not letter.isascii() for letter in word) * 2 > max(len(word), 3)]
    signs = sum(character in "¡¢£¤¥¦§¨©ª¬®¯°±²³´µ¶¸¹º¼½¾¿×÷ƒˆ˜‰†‡þÞðÐ" for character in special)
    # In other encodings these are letters.
    has_sign_in_word = re.search(r"[^\W\d_][‹›„‚…†‡‰•™][^\W\d_]", text) is not None
    return not strange and not has_sign_in_word and signs * 3 <= len(special)


def mojibake(text: str) -> str | None:
    """Return the original of a text that was decoded wrongly, None if it was decoded correctly."""
    if "\ufffd" in text:
        return text.replace("\ufffd", "?")
    for encoding in _WRONG_READINGS:
        runs = _RUN.findall(text)
        if any(_repaired(run, encoding) for run in runs):
            return _RUN.sub(lambda match, name=encoding: _repaired(match[0], name) or match[0], text)  # type: ignore[misc]
    return None


def _repaired(run: str, encoding: str) -> str | None:
    try:
        raw = b"".join(_byte(character, encoding) for character in run)
        repaired = raw.decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return None
    return repaired if all(letter.isprintable() for letter in repaired) else None


def _byte(character: str, encoding: str) -> bytes:
    # The five bytes that Windows-1252 leaves free are read as control characters.
    return bytes([ord(character)]) if 0x80 <= ord(character) < 0xA0 else character.encode(encoding)

// Search in the browser, by the same rules as ccn_kb/network (matching, city_search, spelling), on an index written by
// ccn_kb/publication/browser_search.py. A test compares the results of both.
globalThis.ccnSearch = (index) => {
  const isAscii = (text) => /^[\x00-\x7f]*$/.test(text);
  const split = (text) => text.split(/\s+/).filter(Boolean);
  const set = (text) => new Set(text.split(" "));
  const [BEFORE, AFTER, LINKS, AROUND] = [index.before, index.after, index.links, index.around].map(set);
  const [STATE, LITTLE, DEMOCRATIC, REPUBLIC] = [index.stateWords, index.littleWords, index.democratic, index.republic].map(set);
  const aroundHan = new RegExp(index.aroundHan, "g");
  const unspaced = new RegExp(index.unspaced);
  const [MAIN, OWN, FOREIGN] = [1, 2, 3];

  // -- folding -----------------------------------------------------------------------------------

  const becomes = new Map(Object.entries(index.letters));
  for (const group of split(index.han)) for (const form of [...group].slice(0, -1)) becomes.set(form, [...group].at(-1));
  const apostrophes = new RegExp(`[${index.apostrophes}]`, "gu");
  const invisible = new RegExp(`[${index.combining}]|\\p{Cf}|[\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}]`, "gu");
  // Cherokee is folded to capitals, which Unicode had first.
  const casefold = (text) =>
    text.toLowerCase().replace(/ß/g, "ss").replace(/ς/g, "σ")
      .replace(/[\u13f8-\u13fd\uab70-\uabbf]/g, (letter) => letter.toUpperCase());
  const fold = (text) => {
    if (isAscii(text)) return text.toLowerCase().replace(/['`]/g, "");
    const plain = casefold(casefold(text).replace(apostrophes, "").normalize("NFKD"));
    let folded = "";
    for (const letter of plain) folded += becomes.get(letter) ?? letter;
    return folded.replace(invisible, "").replace(apostrophes, "");
  };
  const words = (text) => {
    const folded = fold(text);
    const parted = split(folded.replace(/[^\p{L}\p{M}\p{N}]/gu, " "));
    return parted.length ? parted : split(folded);
  };
  const key = (text) => words(text.replaceAll("&", " and ")).join(" ");
  const isUnspaced = (text) => !isAscii(text) && unspaced.test(text);
  const isUpper = (text) => text === text.toUpperCase() && text !== text.toLowerCase();
  const beginsOrIsWithin = (word, term) => term.startsWith(word) || (term.includes(word) && isUnspaced(word));
  const matchesWords = (query, terms) => query.every((word) => terms.some((term) => beginsOrIsWithin(word, term)));

  // -- names that are only looked up, by their CRC-32 ----------------------------------------------

  const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
    for (let bit = 0; bit < 8; bit += 1) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
    return byte;
  });
  const encoder = new TextEncoder();
  const crc = (text) => {
    let checksum = 0xffffffff;
    for (const byte of encoder.encode(text)) checksum = (checksum >>> 8) ^ crcTable[(checksum ^ byte) & 255];
    return (checksum ^ 0xffffffff) >>> 0;
  };
  const numbers = (planes) => {
    const [first, ...others] = planes.map((plane) => atob(plane));
    return Array.from(first, (letter, row) =>
      others.reduce((value, plane, place) => value + plane.charCodeAt(row) * 256 ** (place + 1), letter.charCodeAt(0)));
  };
  const table = ({ checksums, values }) => {
    const columns = values.map(numbers);
    const rows = new Map();
    let checksum = 0;
    numbers(checksums).forEach((step, row) => {
      checksum += step;
      const entry = columns.map((column) => column[row]);
      rows.get(checksum)?.push(entry) ?? rows.set(checksum, [entry]);
    });
    return { get: (name) => rows.get(crc(name) >>> index.unusedBits) ?? [] };
  };
  const countryNames = table(index.countryNames);
  const foreignNames = table(index.foreignNames);
  const otherPlaces = table(index.otherPlaces);
  const inhabitants = (name) => otherPlaces.get(name).map(([country, digits, power]) => [index.countryCodes[country], digits * 10 ** power]);

  // -- slips ---------------------------------------------------------------------------------------

  const [SHORTEST, TWO_FROM] = [index.shortestCorrected, index.twoSlipsFrom];
  const mostSlips = (length) => (length < SHORTEST ? 0 : length < TWO_FROM ? 1 : 2);
  const countSlips = (text, name, most) => {
    let earlier = [];
    let before = [];
    let row = Array.from({ length: name.length + 1 }, (_, column) => column);
    for (let position = 1; position <= text.length; position += 1) {
      [earlier, before, row] = [before, row, [position]];
      for (let column = 1; column <= name.length; column += 1) {
        let slips = Math.min(before[column] + 1, row[column - 1] + 1, before[column - 1] + (text[position - 1] !== name[column - 1] ? 1 : 0));
        if (position > 1 && column > 1 && text[position - 1] === name[column - 2] && text[position - 2] === name[column - 1]) {
          slips = Math.min(slips, earlier[column - 2] + 1);
        }
        row.push(slips);
      }
      if (Math.min(...row) > most) return null;
    }
    return row.at(-1) <= most ? row.at(-1) : null;
  };
  const spelling = (names) => {
    const byStart = new Map();
    for (const name of new Set(names)) {
      if (!name) continue;
      const letters = [...name];
      const start = `${letters[0]} ${letters.length}`;
      byStart.get(start)?.push([name, letters]) ?? byStart.set(start, [[name, letters]]);
    }
    return (text) => {
      const letters = [...text];
      const most = mostSlips(letters.length);
      const close = [];
      for (let length = letters.length - most; most && length <= letters.length + most; length += 1) {
        for (const [name, others] of byStart.get(`${letters[0]} ${length}`) ?? []) {
          const slips = countSlips(letters, others, most);
          if (slips !== null) close.push([name, slips]);
        }
      }
      return close.sort(([name, slips], [other, more]) => slips - more || (name < other ? -1 : 1));
    };
  };

  // -- countries ------------------------------------------------------------------------------------

  const sameTerritory = (left, right) => left.country === right.country && left.subdivision === right.subdivision;
  const territory = (number) => {
    const code = index.territories[number];
    return code.length > 2 ? { country: code.slice(0, 2), subdivision: code } : { country: code, subdivision: null };
  };
  const shared = new Map(Object.entries(index.sharedNames).map(([name, states]) => [name, states.map(territory)]));
  const countryKey = (text) => key(text).replace(/^the /, "");
  const flagOf = (text) => {
    const flag = text.match(/[\u{1f1e6}-\u{1f1ff}]{2}/u);
    if (flag) return [...flag[0]].map((letter) => String.fromCharCode(letter.codePointAt(0) - 0x1f1e6 + 65)).join("");
    const tagged = text.match(/\u{1f3f4}([\u{e0061}-\u{e007a}]+)\u{e007f}/u);
    return tagged && [...tagged[1]].map((letter) => String.fromCharCode(letter.codePointAt(0) - 0xe0000)).join("").slice(0, 2).toUpperCase();
  };
  const withoutFlags = (text) => text.replace(/[\u{1f1e6}-\u{1f1ff}]{2}|\u{1f3f4}[\u{e0061}-\u{e007a}]+\u{e007f}/gu, " ");
  const formOfCountry = (text) => {
    let whole = countryKey(text);
    if (/^(?:[\p{L}\p{N}_] )+[\p{L}\p{N}_]$/u.test(whole)) whole = whole.replaceAll(" ", "");
    for (const name of [whole, split(whole).map((word) => index.shortWords[word] ?? word).join(" ")]) {
      const [entry] = countryNames.get(name);
      if (entry) return territory(entry[0]);
    }
    return null;
  };
  // The words of its form tell the Congos, Koreas and Chinas apart.
  const findState = (name, added) => {
    const [isDemocratic, isRepublic] = [DEMOCRATIC, REPUBLIC].map((forms) => added.some((word) => forms.has(word)));
    const states = shared.get(countryKey(name));
    if (states && (isDemocratic || isRepublic)) return states[isDemocratic ? 1 : 0];
    const meant = formOfCountry(name);
    return isRepublic && !isDemocratic && meant?.country === "CN" && meant.subdivision === null ? null : meant;
  };
  const countryInParts = (text) => {
    const bracket = text.match(/^([^[(（]+)[[(（]([^[\](（)）]+)[\])）]?\s*$/);
    const comma = text.indexOf(",");
    const pairs = [bracket ? [bracket[1], bracket[2]] : ["", ""], comma < 0 ? ["", ""] : [text.slice(0, comma), text.slice(comma + 1)]];
    for (const [name, added] of pairs) {
      const extra = words(added);
      if (name.trim() && extra.length && extra.every((word) => STATE.has(word) || LITTLE.has(word))) return findState(name, extra);
    }
    const every = words(text);
    const dropped = [];
    while (every.length > 1 && (STATE.has(every[0]) || LITTLE.has(every[0]))) dropped.push(every.shift());
    const meant = dropped.length && findState(every.join(" "), dropped);
    if (meant) return meant;
    const names = text.split(/\s*[/|;]\s*|\s+[-–—]\s+/).filter((part) => part.trim());
    if (names.length < 2) return null;
    const [first, ...others] = names.map(formOfCountry);
    return first && others.every((other) => other && sameTerritory(first, other)) ? first : null;
  };
  const findCountry = (text) => {
    if ([...text].length > 200) return null;
    const flag = flagOf(text);
    if (flag && !/[\p{L}\p{N}_]/u.test(withoutFlags(text))) {
      return index.parents[flag] ? { country: index.parents[flag].slice(0, 2), subdivision: index.parents[flag] } : { country: flag, subdivision: null };
    }
    return formOfCountry(text) ?? countryInParts(text);
  };
  const meaningsOf = (text) => shared.get(countryKey(text)) ?? [findCountry(text)].filter(Boolean);
  const isCountryName = (text) => {
    const meant = [...key(text)].length > 3 || !isAscii(text) ? findCountry(text) : null;
    return meant !== null && meant.subdivision === null && meant.country in index.countries;
  };

  // -- creative fields --------------------------------------------------------------------------------

  const findField = (text) => {
    const names = index.fieldNames;
    const whole = key(text);
    if (Object.hasOwn(names, whole)) return names[whole];
    const every = words(text.replaceAll("&", " and "));
    let [start, end] = [0, every.length];
    const between = () => every.slice(start, end).join(" ");
    while (start < end && AROUND.has(every[start])) {
      start += 1;
      if (Object.hasOwn(names, between())) return names[between()];
    }
    while (start < end && AROUND.has(every[end - 1])) {
      end -= 1;
      if (Object.hasOwn(names, between())) return names[between()];
    }
    if (isAscii(whole)) return null;
    const arabic = every.slice(start, end).map((word) => word.replace(/^لل/, "ال")).join(" ");
    const bare = key(text.replace(aroundHan, "").trim().replace(/[のの的의]$/, ""));
    const name = [arabic, bare].find((form) => Object.hasOwn(names, form));
    return name === undefined ? null : names[name];
  };
  const splitField = (text) => {
    const every = words(text.replaceAll("&", " and "));
    const phrases = [];
    for (let at = 1; at < every.length; at += 1) {
      const [first, last] = [every.slice(0, at), every.slice(at)];
      const ahead = AROUND.has(first[0]) && findField(first.join(" "));
      if (ahead) phrases.push({ field: ahead, rest: last.join(" ") });
      const behind = AROUND.has(last[0]) && findField(last.join(" "));
      if (behind) phrases.push({ field: behind, rest: first.join(" ") });
    }
    return phrases;
  };

  // -- cities by name -----------------------------------------------------------------------------------

  const spellings = (name) => {
    const other = casefold(name.normalize("NFC")).replace(/[^\x00-\x7f]/gu, (letter) => index.germanic[letter] ?? letter);
    return other === casefold(name) ? [name] : [name, other];
  };
  const cities = index.cities.map(([id, name, otherNames, country, places, fields, topics, population, geonames, wikidata]) => {
    const called = [name, ...otherNames];
    const texts = [
      id, ...called, ...index.countries[country].slice(3), ...fields.flatMap((field) => index.fields[field].slice(1)),
      ...topics.flatMap((topic) => index.topics[topic]), ...places.flat(),
    ];
    return {
      id, name, called, country, fields, population, geonames, wikidata,
      label: `${name}, ${index.countries[country][2]}`,
      detail: `${index.countries[country][2]}, ${index.fields[fields.at(-1)][0]}`,
      subdivisions: places.map(([code]) => code),
      names: [...new Set(called.map((text) => words(text).join(" ")))],
      terms: [...new Set(texts.flatMap(spellings).flatMap(words))],
    };
  });
  const byId = new Map(cities.map((city) => [city.id, city]));
  const byNumber = new Map();
  for (const city of cities) if (city.geonames) byNumber.set(String(city.geonames), city.id);
  for (const city of cities) if (city.wikidata) byNumber.set(city.wikidata, city.id);
  const namesInData = new Map();
  const addName = (name, city, kind) => {
    const kinds = namesInData.get(name) ?? namesInData.set(name, new Map()).get(name);
    if (name && !kinds.has(city.id)) kinds.set(city.id, kind);
  };
  for (const city of cities) {
    const [name, ...others] = city.called;
    for (const text of spellings(name)) addName(key(text), city, MAIN);
    for (const text of others.flatMap(spellings)) addName(key(text), city, OWN);
  }
  for (const [name, city] of index.alsoForeign) addName(name, cities[city], FOREIGN);
  namesInData.delete("");
  const named = (name) => namesInData.get(name) ?? new Map(foreignNames.get(name).map(([city]) => [cities[city].id, FOREIGN]));
  const joined = new Map();
  for (const name of namesInData.keys()) {
    const letters = name.replaceAll(" ", "");
    joined.set(letters, joined.has(letters) ? null : name);
  }
  const closestName = spelling(namesInData.keys());
  const closestHuge = spelling(index.hugePlaces);
  const closestPlace = spelling(Object.keys(index.subdivisions).filter((name) => [...name].length > 3));
  const subdivisionsOf = (name) => (Object.hasOwn(index.subdivisions, name) ? index.subdivisions[name].map(territory) : []);
  const some = (ids) => [...new Set(ids)].sort().slice(0, 10);
  const hasKind = (kinds, kind) => [...kinds.values()].includes(kind);
  const isIn = (city, places) =>
    places.every((meant) => meant.some((place) =>
      place.country === city.country && (place.subdivision === null || city.subdivisions.includes(place.subdivision))));
  const cityOfId = (text) => {
    const small = text.toLowerCase();
    const id = index.moved[small] ?? (byId.has(small) ? small : null);
    if (id) return id;
    const forms = [
      /^(?:https?:\/\/www\.wikidata\.org\/\S*\/)?(Q[1-9]\d*)$/i,
      /^(?:geonames[:# ]\s*|https?:\/\/(?:www|sws)\.geonames\.org\/)?([1-9]\d{3,})(?:\/\S*|\.0)?$/i,
    ];
    const number = forms.map((form) => text.match(form)).find(Boolean);
    return number ? byNumber.get(number[1].toUpperCase()) ?? null : null;
  };
  const isNameInData = (text) => [...named(key(text)).values()].some((kind) => kind !== FOREIGN);
  const isName = (text) => named(key(text)).size > 0;

  function* formsOf(name) {
    const whole = key(name);
    yield whole;
    const every = split(whole);
    for (let start = 0; start < every.length; start += 1) {
      if (start && !(BEFORE.has(every[start - 1]) || (LINKS.has(every[start - 1]) && start > 1))) break;
      for (let end = every.length; end > start; end -= 1) {
        if (end < every.length && !AFTER.has(every[end])) break;
        const bare = every.slice(start, end).join(" ");
        if (bare !== whole && (hasKind(named(bare), MAIN) || !isCountryName(bare))) yield bare;
      }
    }
    const [first] = whole.split(" ", 1);
    const rest = whole.slice(first.length + 1);
    const writtenOut = Object.hasOwn(index.abbreviated, first) ? index.abbreviated[first].map((word) => `${word} ${rest}`) : [];
    const known = writtenOut.filter((form) => named(form).size || inhabitants(form).length);
    if (new Set(known.map((form) => [...named(form).keys()].sort().join(" "))).size === 1) yield known[0];
    if (isAscii(whole)) return;
    for (const ending of index.endings) {
      if (whole.endsWith(ending) && [...whole].length > [...ending].length + 1) yield whole.slice(0, -ending.length).trim();
    }
  }
  const lookUp = (name) => {
    for (const form of formsOf(name)) {
      if (named(form).size) return [form, named(form)];
      const indexed = joined.get(form.replaceAll(" ", ""));
      if (indexed) return [indexed, named(indexed)];
    }
    return ["", new Map()];
  };
  const placesOfText = (text) => [...meaningsOf(text), ...subdivisionsOf(key(text))];
  const placesInWords = (written) => {
    for (let at = written.length; at > 0; at -= 1) {
      const parts = [written.slice(0, at).join(" "), written.slice(at).join(" ")].filter(Boolean);
      if (!parts.every((part) => [...part].length > 3 || isUpper(part) || !isAscii(part))) continue;
      const places = parts.map(placesOfText);
      if (places.every((meant) => meant.length)) return places;
    }
    return [];
  };
  const misspeltPlace = (text) => {
    const closest = closestPlace(key(text));
    return closest.length === 1 ? subdivisionsOf(closest[0][0]) : [];
  };
  const PARTING = /\s*[,;/|()[\]:\n\t、，；：（）]\s*|\s+[-\u2010-\u2015\u2212]\s+|\s*[\u2013\u2014]\s*/;
  const reading = (name, others) => {
    const [places, fields] = [[], []];
    const [, kinds] = lookUp(name);
    for (const part of others) {
      const meant = placesOfText(part);
      const field = meant.length ? null : findField(part);
      if (meant.length) places.push(meant);
      else if (field) fields.push(field);
      else if (kinds.size && [...lookUp(part)[1].keys()].some((id) => kinds.has(id))) continue;
      else if (!words(part).every((word) => AROUND.has(word) || BEFORE.has(word) || /^\p{Nd}+$/u.test(word))) {
        const near = misspeltPlace(part);
        if (!near.length) return { name, places: [...places, []], fields };
        places.push(near);
      }
    }
    return { name, places, fields };
  };
  function* readingsOfParts(text, parts) {
    const [first, ...others] = parts;
    const behind = text.slice(text.indexOf(first) + first.length).replace(/^[ ,;/|()[\]:\-–—、，；：（）]+|[ ,;/|()[\]:\-–—、，；：（）]+$/g, "");
    const meant = meaningsOf(behind);
    if (meant.length) yield { name: first, places: [meant], fields: [] };
    for (const phrase of splitField(first)) {
      const read = reading(phrase.rest, others);
      yield { ...read, fields: [...read.fields, phrase.field] };
    }
    yield reading(first, others);
    if (placesOfText(first).length || findField(first)) yield reading(parts.at(-1), parts.slice(0, -1));
  }
  function* readingsOfWords(written, fields) {
    for (let at = 1; at < Math.min(written.length, 12); at += 1) {
      const [head, tail] = [written.slice(0, at).join(" "), written.slice(at).join(" ")];
      for (const [name, place] of [[head, tail], [tail, head]]) {
        const places = lookUp(name)[1].size ? placesInWords(split(place)) : [];
        if (places.length) yield { name, places, fields };
      }
    }
  }
  function* readingsOf(text) {
    yield { name: text, places: [], fields: [], isWhole: true };
    const parts = text.split(PARTING).filter((part) => words(part).length);
    if (parts.length > 1) yield* readingsOfParts(text, parts);
    for (const phrase of parts.length === 1 ? splitField(text) : []) {
      yield { name: phrase.rest, places: [], fields: [phrase.field] };
      yield* readingsOfWords(split(phrase.rest), [phrase.field]);
    }
    yield* readingsOfWords(split(text), []);
  }

  const inPlaces = (kinds, { places }) => new Map([...kinds].filter(([id]) => isIn(byId.get(id), places)));
  const hasField = (id, fields) => byId.get(id).fields.some((field) => fields.includes(field));
  const populations = (name, { places }) =>
    inhabitants(name)
      .filter(([country]) => places.every((meant) => meant.some((place) => place.country === country)))
      .map(([, population]) => population);
  const hasLargerNamesake = (name, id, kind, read) => {
    if (read.places.some((meant) => meant.some((place) => place.subdivision))) return false;
    const { population } = byId.get(id);
    return populations(name, read).some((other) => index.namesakes[kind].some(([least, times]) => other > Math.max(least, times * population)));
  };
  const isCountry = (text, kinds) => {
    if (hasKind(kinds, MAIN) || !isCountryName(text)) return false;
    const meant = findCountry(text);
    return meant === null || ![...kinds.keys()].map((id) => byId.get(id)).some((city) => {
      const own = findCountry(city.name);
      return meant.country === city.country && own !== null && sameTerritory(own, meant);
    });
  };
  const isOtherPlace = (name, slips, meant, read) => {
    if (isCountryName(name) && !read.places.length) return true;
    if (populations(name, read).length) return true;
    return !read.places.length && closestHuge(name).some(([other, number]) =>
      number <= slips && !meant.has(other) && Math.max(...populations(other, read)) >= index.huge);
  };
  const decided = (how, name, kinds, read) => {
    let own = [...kinds].filter(([, kind]) => kind !== FOREIGN);
    if (!own.length) own = [...kinds];
    if (own.length > 1 && read.fields.length) {
      const withField = own.filter(([id]) => hasField(id, read.fields));
      if (withField.length) own = withField;
    }
    if (own.length > 1) return { id: null, how: "ambiguous", candidates: some(own.map(([id]) => id)) };
    const [[id, kind]] = own;
    if (hasLargerNamesake(name, id, kind, read)) return { id: null, how: "ambiguous", candidates: [id] };
    return { id, how, candidates: [] };
  };
  const exact = (text, read) => {
    const [name, kinds] = lookUp(read.name);
    if (!kinds.size) return null;
    const isAll = read.isWhole && key(text).replaceAll(" ", "") === name.replaceAll(" ", "");
    const how = isAll ? (hasKind(kinds, MAIN) ? "name" : "other name") : "part of the text";
    const placed = inPlaces(kinds, read);
    if (!placed.size) return { id: null, how: "other place", candidates: some(kinds.keys()) };
    if (!read.places.length && isCountry(text, placed)) return { id: null, how: "other place", candidates: some(placed.keys()) };
    return decided(how, name, placed, read);
  };
  const misspelt = (text, read) => {
    let refused = null;
    for (const form of formsOf(read.name)) {
      const closest = closestName(form);
      const slips = new Map();
      for (const [name, number] of closest) for (const id of inPlaces(named(name), read).keys()) if (!slips.has(id)) slips.set(id, [number, name]);
      if (!slips.size) {
        if (closest.length && read.places.length) {
          refused ??= { id: null, how: "other place", candidates: some(closest.flatMap(([name]) => [...named(name).keys()])) };
        }
        continue;
      }
      const fewest = Math.min(...[...slips.values()].map(([number]) => number));
      const open = { id: null, how: "ambiguous", candidates: some(slips.keys()) };
      if (isOtherPlace(form, fewest, new Set([...slips.values()].map(([, name]) => name)), read)) return open;
      const best = [...slips].filter(([, [number]]) => number === fewest);
      if (best.length > 1) return open;
      const [[id, [, name]]] = best;
      return decided("spelling", name, new Map([[id, named(name).get(id)]]), read);
    }
    return refused;
  };
  const match = (asked) => {
    const text = asked.trim();
    if (!text || [...text].length > 200) return { id: null, how: "not found", candidates: [] };
    const id = cityOfId(text);
    if (id) return { id, how: "id", candidates: [] };
    const readings = [...readingsOf(text)];
    let refused = null;
    for (const judge of [exact, misspelt]) {
      for (const read of readings) {
        const judged = judge(text, read);
        if (judged?.id) return judged;
        refused ??= judged;
      }
      if (refused) return refused;
    }
    return { id: null, how: "not found", candidates: [] };
  };

  // -- cities by words, places, fields -----------------------------------------------------------------

  const termsOf = cities.map((city) => city.terms);
  const sortedTerms = [...new Set(termsOf.flat())].sort();
  const [fieldNames, countryOwnNames] = [index.ownFieldNames, index.ownCountryNames].map((names) => new Set(names));
  const labels = new Map(Object.entries(index.labels));
  const topicNames = new Map(index.topics.flat().map((name) => [key(name), name]));
  for (const [folded, name] of topicNames) if (!labels.has(folded)) labels.set(folded, name);
  const closestLabel = spelling(labels.keys());
  const closestWord = spelling([...labels.keys(), ...cities.flatMap((city) => city.names)]
    .flatMap((name) => name.split(" ")).filter((word) => [...word].length >= SHORTEST));
  const matchingTerms = (word, terms) => {
    if (isUnspaced(word)) return terms.filter((term) => term.includes(word));
    let [low, high] = [0, terms.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (terms[middle] < word) low = middle + 1;
      else high = middle;
    }
    const start = low;
    while (low < terms.length && terms[low].startsWith(word)) low += 1;
    return terms.slice(start, low);
  };
  const withWords = (query) => {
    const matches = query.map((word) => new Set(matchingTerms(word, sortedTerms)));
    return cities.filter((_, number) => matches.every((terms) => termsOf[number].some((term) => terms.has(term)))).map((city) => city.id);
  };
  const isNamed = (city, query) => city.names.some((name) => matchesWords(query, name.split(" ")));
  const withTopic = (query) => {
    const ids = new Set(withWords(query));
    return cities.filter((city, number) => ids.has(city.id) && (query.every((word) => termsOf[number].includes(word)) || isNamed(city, query)))
      .map((city) => city.id);
  };
  const isCityElsewhere = (text) => {
    const name = key(text);
    const most = Math.max(0, ...inhabitants(name).map(([, population]) => population));
    return most >= index.large && !labels.has(name) && !isName(text);
  };
  const fieldInPhrase = (text) => {
    const folded = key(text);
    return fieldNames.has(folded) || topicNames.has(folded) ? null : findField(text);
  };
  const countryOfText = (text) => {
    const folded = key(text);
    const meant = findCountry(text);
    const isWord = [...folded].length <= 3 && isAscii(folded) && !isUpper(text);
    if (meant === null || isWord) return null;
    const isBeginning = [...folded].length <= index.longestBeginning && cities.some((city) => isNamed(city, words(text)));
    if (!countryOwnNames.has(folded) && (isBeginning || topicNames.has(folded) || isNameInData(text) || isCityElsewhere(text))) return null;
    return meant.country in index.countries ? meant.country : null;
  };
  const placesNamed = (text) => {
    const folded = key(text);
    const places = [
      ...Object.entries(index.regions).filter(([id, name]) => folded === key(name) || folded === key(id)).map(([id]) => ({ kind: "region", id })),
      ...Object.entries(index.continents).filter(([, name]) => folded === key(name)).map(([id]) => ({ kind: "continent", id })),
    ];
    const country = places.length ? null : countryOfText(text);
    return country ? [{ kind: "country", id: country }] : places;
  };
  const citiesIn = (places, text) => {
    const query = words(text).join(" ");
    return cities.filter((city) => {
      const [region, continent] = index.countries[city.country];
      const own = { country: city.country, region, continent };
      return places.some(({ kind, id }) => own[kind] === id) || city.names.includes(query);
    }).map((city) => city.id);
  };
  const corrected = (query) => {
    if (query.length > 4) return null;
    const right = query.map((word) => (matchingTerms(word, sortedTerms).length ? word : closestWord(word)[0]?.[0] ?? word));
    return termsOf.some((terms) => matchesWords(right, terms)) ? right.join(" ") : null;
  };
  const suggestedFor = (text, query, candidates) => {
    const names = new Set([...candidates.map((id) => byId.get(id).label), ...closestLabel(key(text)).map(([name]) => labels.get(name))]);
    const other = names.size ? null : corrected(query);
    if (other) names.add(other);
    return [...names].slice(0, 3);
  };
  const searchCities = (asked) => {
    const text = asked.trim();
    const query = words(text);
    const answer = { way: "nothing", cities: [], places: [], field: null, suggestions: [], isElsewhere: false };
    if (!query.length) return answer;
    const id = cityOfId(text);
    if (id) return { ...answer, way: "id", cities: [id] };
    const country = findCountry(text);
    if (country?.subdivision) return { ...answer, way: "name", cities: cities.filter((city) => isIn(city, [[country]])).map((city) => city.id) };
    const places = placesNamed(text);
    if (places.length) return { ...answer, way: "place", cities: citiesIn(places, text), places };
    const field = fieldInPhrase(text);
    if (field) return { ...answer, way: "field", cities: cities.filter((city) => city.fields.includes(field)).map((city) => city.id), field };
    for (const phrase of splitField(text)) {
      const near = placesNamed(phrase.rest);
      if (near.length) {
        return { ...answer, way: "field", cities: citiesIn(near, phrase.rest).filter((city) => hasField(city, [phrase.field])), places: near, field: phrase.field };
      }
    }
    const ids = topicNames.has(key(text)) ? withTopic(query) : withWords(query);
    const isElsewhere = isCityElsewhere(text);
    if (ids.length && !isElsewhere) return { ...answer, way: "words", cities: ids };
    const judged = match(text);
    if (judged.id && judged.how !== "spelling") return { ...answer, way: "name", cities: [judged.id] };
    const candidates = judged.id ? [judged.id] : judged.candidates.length ? judged.candidates : ids;
    return { ...answer, suggestions: suggestedFor(text, query, candidates), isElsewhere };
  };

  // -- all records -----------------------------------------------------------------------------------

  const unique = (texts) => [...new Set(texts)];
  let topic = 0;
  const calledOf = { country: (id) => index.countries[id].slice(3), field: (id) => index.fields[id].slice(1), topic: () => index.topics[topic++] };
  const records = [
    ...cities.map(({ id, name, detail, called, names, terms }) => ({ kind: "city", id, name, detail, called, names, terms })),
    ...index.records.map(([kind, id, name, detail, own, others, shown]) => {
      const called = own || (calledOf[kind]?.(id) ?? [name]);
      const names = unique(called.map((text) => words(text).join(" ")));
      return { kind, id, name, detail, called, names, shown, terms: unique([...names, others].join(" ").split(" ").filter(Boolean)) };
    }),
  ];
  const groupOf = Object.fromEntries(index.groups.map((group) => [group.kind, group]));
  const quote = (text) => encodeURIComponent(text).replaceAll("%20", "+").replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
  const addressOf = ({ kind, id, name }) => groupOf[kind].before + (kind === "topic" || kind === "continent" ? quote(name) : id) + groupOf[kind].after;
  const position = new Map(records.map((record, number) => [`${record.kind} ${record.id}`, number]));
  const recordOf = (kind, id) => records[position.get(`${kind} ${id}`)];
  const byTerm = new Map();
  records.forEach(({ terms }, number) => {
    for (const term of terms) byTerm.get(term)?.push(number) ?? byTerm.set(term, [number]);
  });
  const everyTerm = [...byTerm.keys()].sort();
  const withAllWords = (query) => {
    if (!query.length) return [];
    const sets = [...new Set(query)].map((word) => new Set(matchingTerms(word, everyTerm).flatMap((term) => byTerm.get(term))));
    return [...sets[0]].filter((number) => sets.every((numbers) => numbers.has(number))).sort((left, right) => left - right).map((number) => records[number]);
  };
  const PLACES = ["city", "country", "region", "continent"];
  const matchesOf = (q, answer) => {
    const listed = answer.cities.map((id) => recordOf("city", id));
    if (answer.places.length) {
      const others = withAllWords(words(q)).filter((record) => !PLACES.includes(record.kind));
      return [...listed, ...answer.places.map(({ kind, id }) => recordOf(kind, id)), ...others];
    }
    if (answer.field) return [...listed, recordOf("field", answer.field)];
    if (answer.way !== "words" && listed.length) return listed;
    const meant = words(q).join(" ");
    const isResult = (record) => record.kind !== "city" && (answer.way === "words" || !answer.isElsewhere || record.names.includes(meant));
    return [...listed, ...withAllWords(words(q)).filter(isResult)];
  };
  const order = (record, meant) => [!record.names.includes(meant), !record.names.some((name) => name.startsWith(meant)), record.names[0]];
  const compare = (left, right) => {
    for (let part = 0; part < 3; part += 1) {
      if (left[part] < right[part]) return -1;
      if (left[part] > right[part]) return 1;
    }
    return 0;
  };

  /** Return what a text finds, by kind: the model of the page of the search. */
  const search = (text) => {
    const q = [...text.trim()].slice(0, index.longestSearch).join("").trim();
    const answer = searchCities(q);
    const matches = matchesOf(q, answer);
    const meant = words(q).join(" ");
    const otherName = (record) => {
      if (words(record.name).join(" ").startsWith(meant)) return null;
      const other = record.names.slice(1).find((name) => name.startsWith(meant));
      return record.called.find((text) => words(text).join(" ") === other) ?? null;
    };
    const groups = index.groups.map(({ kind, title }) => {
      const ofKind = matches.filter((record) => record.kind === kind).map((record) => [order(record, meant), record])
        .sort(([left], [right]) => compare(left, right)).map(([, record]) => record);
      const results = ofKind.slice(0, index.mostResults).map((record) =>
        ({ id: record.id, name: record.shown ?? record.name, detail: record.detail, address: addressOf(record), other_name: otherName(record) }));
      return { kind, title, found: ofKind.length, results };
    }).filter((group) => group.found);
    const place = answer.way === "place" && !answer.cities.length ? recordOf(answer.places[0].kind, answer.places[0].id) : null;
    return { q, total: matches.length, did_you_mean: matches.length ? [] : answer.suggestions, groups, emptyPlace: place && (place.shown ?? place.name) };
  };
  return { search, searchCities };
};

"""Folding of texts for comparison, ids made of names, and numbers with their nouns."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters that Unicode does not decompose; casefold() has turned ß into ss already.
LETTERS = {
    "ł": "l", "ı": "i", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ə": "e", "þ": "th", "ð": "d", "ħ": "h",
    # Arabic letters that are written one for the other, and the stroke that only widens a word.
    "ة": "ه", "ہ": "ه", "ھ": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ٱ": "ا", "ـ": "",
}  # fmt: skip
# Han characters of one meaning: simplified, traditional and Japanese forms, of which the last is what they become.
HAN = (
    "与與 于於 丰豐豊 丽麗 书書 众眾衆 优優 体體 刘劉 务務 动動 厦廈 吴吳 团團団 奥奧 孙孫 宾賓 岚嵐 戏戲戯 "
    "晋晉 绥綏 腾騰 "
    "贾賈 郸鄲 陇隴 额額 饶饒 "
    "东東 为為 义義 乌烏 乐樂楽 云雲 亚亞亜 产產 亿億 仓倉 仪儀 会會 伟偉 传傳伝 伦倫 来來 侨僑 俭儉 债債 倾傾 "
    "储儲 儿兒児 兰蘭 关關関 兴興 养養 内內 冈岡 册冊 写寫 军軍 农農 决決 况況 冻凍 净淨浄 凉涼 凤鳳 击擊撃 则則 "
    "刚剛 创創 别別 剂劑剤 剑劍剣 劳勞労 势勢 区區 医醫 华華 协協 单單単 卖賣売 卢盧 卫衛 厂廠 历歷歴 压壓圧 "
    "县縣県 参參 双雙 发發発 变變変 号號 叶葉 吕呂 员員 国國 图圖図 园園 圆圓円 圣聖 场場 坏壞壊 块塊 坛壇 坝壩 "
    "坞塢 垒壘塁 墙牆 壮壯 声聲 处處処 备備 复復 头頭 奖獎奨 妇婦 学學 宁寧 宝寶 实實実 宫宮 宽寬寛 对對対 寻尋 "
    "导導 寿壽 将將 尔爾 尧堯 层層 属屬 屿嶼 岁歲歳 岛島嶋 岭嶺 岳嶽 峡峽 峰峯 巩鞏 币幣 师師 带帶帯 并並 广廣広 "
    "庆慶 庄莊荘 库庫 应應応 庙廟 开開 异異 张張 弯彎 弹彈弾 归歸帰 录錄録 当當 彻徹 径徑 忆憶 总總総 恋戀 惠恵 "
    "战戰戦 户戶戸 扬揚 抚撫 护護 报報 择擇択 拥擁 挂掛 挝撾 据據拠 摄攝摂 敌敵 数數 斋齋斎 断斷 无無 旧舊 时時 "
    "旷曠 昆崑 晓曉暁 术術 机機 杂雜雑 权權権 条條 杨楊 极極 构構 枣棗 栖棲 树樹 样樣様 桥橋 桦樺 梦夢 检檢検 "
    "楼樓 榄欖 横橫 樱櫻桜 欢歡歓 欧歐 残殘 毕畢 气氣気 汇匯 汉漢 汤湯 沈瀋 沟溝 沣灃 沧滄 泪淚涙 泸瀘 泽澤沢 "
    "洁潔 浅淺 浊濁 测測 济濟済 浏瀏 浓濃 涛濤 涡渦 润潤 涩澀渋 渊淵 渐漸 渔漁 温溫 湾灣 湿濕 满滿満 滨濱浜 滩灘 "
    "潍濰 潜潛 澜瀾 灯燈 灵靈霊 炉爐 点點 炼煉 烧燒焼 热熱 爱愛 爷爺 牺犧 状狀 独獨 狮獅 猎獵猟 玛瑪 环環 现現 "
    "玺璽 电電 画畫 疗療 盐鹽塩 盖蓋 盘盤 着著 矿礦鉱 码碼 硕碩 礼禮 祯禎 禄祿 离離 种種 称稱 积積 穷窮 窃竊 "
    "竖豎 竞競 笔筆 筑築 签簽 简簡 类類 粤粵 紧緊 红紅 约約 级級 纪紀 纬緯 纯純 纳納 纽紐 线線 练練 组組 细細 "
    "织織 绍紹 经經経 结結 绘繪絵 络絡 统統 继繼継 绩績 绪緒 续續続 维維 绵綿 缅緬 编編 网網 罗羅 罢罷 翘翹 联聯 "
    "肃肅粛 肠腸 胜勝 胶膠 脑腦脳 脚腳 脸臉 舰艦 艺藝芸 节節 芦蘆 苏蘇 苍蒼 苹蘋 范範 茧繭 荆荊 药藥薬 莱萊 莲蓮 "
    "获獲 营營営 萧蕭 萨薩 蒋蔣 蓝藍 虏虜 虾蝦 虽雖 蚁蟻 蚂螞 蛮蠻 补補 袭襲 装裝 见見 观觀観 规規 视視 览覽覧 "
    "觉覺覚 计計 订訂 认認 让讓譲 记記 讲講 许許 论論 设設 证證証 评評 识識 诉訴 词詞 译譯訳 诗詩 诚誠 话話 语語 "
    "说說説 诸諸 诺諾 读讀読 课課 调調 谢謝 谷穀 贝貝 负負 贡貢 财財 责責 贤賢 败敗 货貨 质質 贫貧 购購 贵貴 "
    "费費 贺賀 资資 赞贊賛 赵趙 跃躍 车車 轨軌 转轉転 轮輪 软軟 轻輕軽 载載 较較 辅輔 辆輛 辉輝 输輸 辽遼 达達 "
    "迁遷 过過 运運 还還 进進 远遠 连連 迟遲遅 适適 选選 递遞逓 遗遺 邓鄧 郑鄭 邻鄰隣 郁鬱 酱醬 酿釀醸 释釋釈 "
    "里裏 鉴鑑 针針 钟鐘 钢鋼 钦欽 钱錢銭 铁鐵鉄 铃鈴 铜銅 银銀 链鏈 销銷 锁鎖 锅鍋 锋鋒 锡錫 锦錦 键鍵 镇鎮 "
    "镜鏡 长長 门門 闪閃 闭閉 问問 间間 闻聞 阁閣 阅閱閲 阔闊 队隊 阳陽 阴陰 阵陣 阶階 际際 陆陸 陈陳 险險険 "
    "随隨 隐隱隠 难難 雾霧 静靜 韦韋 韩韓 顶頂 项項 顺順 须須 顾顧 领領 频頻 题題 颜顏顔 风風 飞飛 饮飲 饭飯 "
    "饼餅 馆館 马馬 驻駐 驿驛駅 验驗験 骑騎 鱼魚 鲁魯 鲜鮮 鸟鳥 鸡雞鶏 鹤鶴 麦麥 黄黃 齐齊斉 齿齒歯 龙龍竜 "
    "龟龜亀"
)
APOSTROPHES = "'’‘ʼʻʿ`´ʾ"
_IN_IDS = re.compile("[a-z0-9]+")
_ASCII_APOSTROPHES = str.maketrans("", "", "'`")
_NO_APOSTROPHES = str.maketrans("", "", APOSTROPHES)


class _Folding(dict[int, str]):
    """What a decomposed character becomes in folded text, worked out when it first occurs."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        invisible = unicodedata.combining(character) or unicodedata.category(character) == "Cf"
        variation = 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF
        self[code] = "" if invisible or variation else character
        return self[code]


class _Parting(dict[int, str]):
    """A space for each character that parts words: all but letters, digits and marks."""

    def __missing__(self, code: int) -> str:
        self[code] = chr(code) if unicodedata.category(chr(code))[0] in "LMN" else " "
        return self[code]


_FOLDING = _Folding(
    {ord(letter): plain for letter, plain in LETTERS.items()}
    | {ord(form): group[-1] for group in HAN.split() for form in group[:-1]}
    | dict.fromkeys(map(ord, APOSTROPHES), "")
)
_PARTING = _Parting()
GERMANIC = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae"})


@lru_cache(maxsize=10_000)
def fold(text: str) -> str:
    """Return the text as ids and searches compare it: lower case, without marks, apostrophes and special letters.

    Invisible characters are dropped; Arabic letters and Han characters that stand for each other become the same.
    """
    if text.isascii():
        return text.lower().translate(_ASCII_APOSTROPHES)
    # Before as well: the acute accent that stands for an apostrophe would become a space.
    plain = text.casefold().translate(_NO_APOSTROPHES)
    return unicodedata.normalize("NFKD", plain).casefold().translate(_FOLDING)


@lru_cache(maxsize=10_000)
def words(text: str) -> tuple[str, ...]:
    """Return the folded words of a text, parted at everything that is not a letter, digit or mark."""
    folded = fold(text)
    # A name may have no letters at all, such as one of emoji.
    return tuple(split_words(folded) or folded.split())


def split_words(folded: str) -> list[str]:
    """Return the words of a text that is folded already."""
    return folded.translate(_PARTING).split()


def key(text: str) -> str:
    """Return the folded words of a text, `&` read as "and", joined by spaces: equal for equal names."""
    return " ".join(words(text.replace("&", " and ")))


# Thai, Lao, Burmese, Khmer, Japanese, Chinese and Korean (also in the single letters that folding leaves).
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def is_unspaced(text: str) -> bool:
    """Return whether a text is in a script that has no spaces between words, or few."""
    return not text.isascii() and UNSPACED.search(text) is not None


def begins_or_is_within(word: str, term: str) -> bool:
    """Return whether a folded word begins a term or, in a script without spaces, is a part of it."""
    return term.startswith(word) or (word in term and is_unspaced(word))


def spellings(name: str) -> tuple[str, ...]:
    """Return a name and, where it has ä, ö, ü, ø or å, its spelling with ae, oe, ue, oe or aa."""
    other = unicodedata.normalize("NFC", name).casefold().translate(GERMANIC)
    return (name,) if other == name.casefold() else (name, other)


@lru_cache(maxsize=10_000)
def slug(text: str) -> str:
    """Return the text folded to words of ASCII letters and digits, joined by hyphens."""
    return "-".join(_IN_IDS.findall(fold(text)))


def plural(number: int, singular: str, plural_form: str) -> str:
    """Return a number with its noun: 1 member, 1,224 members."""
    return f"{number:,} {singular if number == 1 else plural_form}"

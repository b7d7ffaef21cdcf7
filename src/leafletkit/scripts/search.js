/* Finds leaflets by their words in any language. Pure functions on text, and on rows of
   [path, number of the language, state, title, easy-read title, headings]. */
leafletkit.search = (function () {
  "use strict";

  // Letters that people type in different ways, and that Unicode does not take apart. Arabic script: a Persian, Urdu or Arabic keyboard.
  const SAME = {
    "ł": "l", "đ": "d", "ø": "o", "ħ": "h", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe",
    "ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ة": "ه", "ۃ": "ه", "ہ": "ه", "ە": "ه", "ٱ": "ا",
  };
  const LETTERS = new RegExp("[" + Object.keys(SAME).join("") + "]", "g");
  // The first digit of each script whose readers may type its own digits.
  const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xbe6];
  const DIGITS = /[٠-٩۰-۹०-९০-৯੦-੯૦-૯௦-௯]/g;
  // Marks go, but not the vowel signs of Indic scripts: without them other words would be found. Their nuktas go.
  const MARKS = /(?![\u0900-\u0dff])\p{M}|[\u093c\u09bc\u0a3c\u0abc]/gu;
  const UNSEEN = /[\p{Cf}\u0640'’‘ʼ`]/gu;
  const GAPS = /[^\p{L}\p{M}\p{N}]+/gu;

  function digit(letter) {
    const code = letter.charCodeAt(0);
    return String(code - ZEROS.find((zero) => code >= zero && code < zero + 10));
  }

  /* What is compared: small letters without marks, with single spaces. */
  function fold(text) {
    return text.normalize("NFKD").toLowerCase().replace(UNSEEN, "").replace(MARKS, "")
      .replace(LETTERS, (letter) => SAME[letter]).replace(DIGITS, digit).replace(GAPS, " ").trim();
  }

  /* The rows with their folded words: those of the title, and all. */
  function prepare(rows) {
    return rows.map((row) => ({ row, title: fold(row[3]), all: fold([row[3], row[4]].concat(row[5]).join(" ")) }));
  }

  /* The rows that hold every word of the query: those of the page's own language first, then those with the words in the title. */
  function find(prepared, query, own) {
    const words = fold(query).split(" ").filter(Boolean);
    if (!words.length) return [];
    const rank = (entry) => (entry.row[1] === own ? 0 : 2) + (words.every((word) => entry.title.includes(word)) ? 0 : 1);
    return prepared.filter((entry) => words.every((word) => entry.all.includes(word)))
      .map((entry, place) => ({ row: entry.row, rank: rank(entry), place }))
      .sort((a, b) => a.rank - b.rank || a.place - b.place)
      .map((entry) => entry.row);
  }

  return { fold, prepare, find };
})();

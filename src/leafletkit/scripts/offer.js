/* Offers the reader's own language, in that language. It never sends anyone anywhere, and a closed offer stays closed. */
leafletkit.offer = (function () {
  "use strict";

  /* The script that a language is written in, such as "Hans"; "" where the browser can't tell. */
  function scriptOf(tag) {
    try {
      return new Intl.Locale(tag).maximize().script || "";
    } catch (error) {
      const chinese = /^zh-(hant|tw|hk|mo)\b/i.test(tag) ? "Hant" : "Hans";
      return /^zh\b/i.test(tag) ? chinese : "";
    }
  }

  const main = (tag) => tag.toLowerCase().split("-")[0];

  /* The published language that the reader wants most; undefined if there is none. */
  function match(wanted, published) {
    for (const tag of wanted) {
      const exact = published.find((other) => other.toLowerCase() === tag.toLowerCase());
      const near = published.find((other) => main(other) === main(tag) && scriptOf(other) === scriptOf(tag));
      if (exact || near) return exact || near;
    }
    return undefined;
  }

  /* `page`: {root, lang, offers, chosen} of the page's data; `offers` are the words by language, without the page's own;
     `chosen`: this page is chosen by its language. */
  function start(page) {
    const offers = page.offers || {};
    const tag = match(navigator.languages || [navigator.language], [page.lang].concat(Object.keys(offers)));
    // Who has chosen this page on this site wants its language.
    const chosen = page.chosen && document.referrer.startsWith(new URL(page.root, location.href).href);
    if (!tag || tag === page.lang || chosen || leafletkit.memory.get("offer-closed-" + tag)) return;
    const words = offers[tag];

    const box = document.createElement("aside");
    box.className = "offer own";
    box.lang = tag;
    box.dir = words.dir;
    box.setAttribute("aria-labelledby", "offer-text");
    const text = document.createElement("p");
    text.id = "offer-text";
    const link = document.createElement("a");
    link.href = page.root + "languages/" + tag + ".html";
    link.hreflang = tag;
    link.textContent = words.name;
    text.append(words.text + " ", link);
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = words.close;
    close.addEventListener("click", () => {
      leafletkit.memory.set("offer-closed-" + tag, "yes");
      box.remove();
      document.getElementById("main").focus();
    });
    box.append(text, close);
    document.body.insertBefore(box, document.querySelector("header"));
  }

  return { match, start };
})();

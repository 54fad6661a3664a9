"use strict";
(async () => {
  const STEP = 50, LONGEST = 300;
  const at = (id) => document.getElementById(id);
  const make = (tag, text, kind) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  const data = JSON.parse(await read(at("data")));
  const [texts, fields, customers] = [data.texts, data.groups, data.customers];
  const groups = Array.from(document.querySelectorAll("details.group"), (node) => ({ node, text: node.textContent.toLowerCase() }));
  const list = at("customers"), search = at("search"), warned = at("warned"), said = at("said"), chip = at("chip");
  let found = [], shown = 0, group = null, hays = null, waiting = 0;

  async function read(node) {
    if (!node.hasAttribute("data-packed")) return node.textContent;
    const bytes = Uint8Array.from(atob(node.textContent.trim()), (one) => one.charCodeAt(0));
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(plain).text();
  }

  // a customer: [id, name, held, body, changes]; a change: [path, before, after, operation, group, note, warned],
  // each text a place in texts
  const done = (operation) => "operation " + operation + (data.notes[operation] ? ": " + data.notes[operation] : "");
  const words = ([id, name, held, body, changes]) =>
    [id, name, held, body, ...changes.flatMap(([path, before, after, operation, number, note]) =>
      [path, texts[before], texts[after], texts[note], done(operation)])].join("\n").toLowerCase();
  const haystacks = () => (hays ??= customers.map(words));

  function differing(cell, text, other, tag) {
    if (!text) return cell.append(make("i", "(empty)", "none"));
    const value = cell.appendChild(make("bdi"));
    const [here, there] = [Array.from(text), Array.from(other)];
    if (!other || here.length > LONGEST || there.length > LONGEST) return (value.textContent = text);
    let start = 0, end = 0;
    while (start < here.length && here[start] === there[start]) start++;
    while (end < Math.min(here.length, there.length) - start && here.at(-1 - end) === there.at(-1 - end)) end++;
    const middle = here.slice(start, here.length - end).join("");
    value.append(here.slice(0, start).join(""));
    if (middle) value.append(make(tag, middle));
    if (end) value.append(here.slice(-end).join(""));
  }

  function row([path, before, after, operation, , note]) {
    const line = make("tr"), head = line.appendChild(make("th"));
    head.scope = "row";
    head.append(make("bdi", path));
    differing(line.appendChild(make("td", undefined, "v")), texts[before], texts[after], "del");
    differing(line.appendChild(make("td", undefined, "v")), texts[after], texts[before], "ins");
    const last = line.appendChild(make("td", done(operation)));
    if (note) last.append(make("br"), make("span", texts[note], "odd"));
    return line;
  }

  function article([id, name, held, body, changes], number) {
    const made = make("article"), head = made.appendChild(make("h3"));
    head.append(make("bdi", name || id));
    made.append(" ", make("code", id, "soft"));
    if (held) made.append(" ", make("span", "held: " + held, "odd"));
    const table = made.appendChild(make("table"));
    table.append(make("caption", changes.length === 1 ? "1 change" : changes.length + " changes"));
    const top = table.createTHead().insertRow();
    for (const title of ["cell", "before", "after", "by"]) top.append(Object.assign(make("th", title), { scope: "col" }));
    table.createTBody().append(...changes.map(row));
    const fold = made.appendChild(make("details"));
    fold.append(make("summary", "PATCH: the exact body"), make("pre", body));
    return made;
  }

  function more(count) {
    const part = document.createDocumentFragment();
    for (const number of found.slice(shown, shown + count)) part.append(article(customers[number], number));
    list.append(part);
    shown = Math.min(shown + count, found.length);
    at("more").hidden = shown >= found.length;
  }

  function filter() {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const has = (text) => wanted.every((word) => text.includes(word));
    const texts = wanted.length ? haystacks() : null;
    found = [];
    customers.forEach((one, number) => {
      if (texts && !has(texts[number])) return;
      if (group !== null && !one[4].some((change) => change[4] === group)) return;
      if (warned.checked && !one[2] && !one[4].some((change) => change[6])) return;
      found.push(number);
    });
    let kept = 0;
    groups.forEach(({ node, text }) => {
      node.hidden = !(has(text) && (!warned.checked || node.hasAttribute("data-warned")));
      kept += !node.hidden;
    });
    list.replaceChildren();
    shown = 0;
    more(STEP);
    const of = (count, whole, noun) => `${count.toLocaleString("en")} of ${whole.toLocaleString("en")} ${noun}`;
    said.textContent = of(kept, groups.length, "groups") + ", " + of(found.length, customers.length, "customers");
    const all = found.length === customers.length && kept === groups.length;
    at("narrowed").hidden = all;
    at("narrowed").textContent = all ? "" : "Only what was searched for is shown: " + said.textContent + ".";
  }

  function only(number) {
    group = number;
    chip.hidden = number === null;
    chip.textContent = number === null ? "" : "× only the customers of: " + fields[number];
    filter();
  }

  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 60);
  });
  warned.addEventListener("change", filter);
  chip.addEventListener("click", () => { only(null); search.focus(); });
  at("more").addEventListener("click", () => more(STEP * 4));
  at("unfold").addEventListener("click", () => {
    const all = document.querySelectorAll("details:not([hidden])");
    const open = Array.from(all).some((one) => !one.open);
    all.forEach((one) => (one.open = open));
  });
  groups.forEach(({ node }, number) => {
    const button = node.querySelector("button");
    button.hidden = false;
    button.addEventListener("click", () => { only(number); at("all").scrollIntoView(); at("all").focus(); });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== search) { event.preventDefault(); search.focus(); }
    if (event.key === "Escape" && document.activeElement === search) { search.value = ""; only(null); }
  });
  at("form").addEventListener("submit", (event) => event.preventDefault());

  // paper has no keys: everything that is found is written out and unfolded
  let before = null;
  addEventListener("beforeprint", () => {
    before = [shown, Array.from(document.querySelectorAll("details"), (one) => one.open)];
    more(found.length);
    document.querySelectorAll("details").forEach((one) => (one.open = true));
  });
  addEventListener("afterprint", () => {
    if (!before) return;
    const [count, open] = before;
    while (list.children.length > count) list.lastChild.remove();
    shown = count;
    at("more").hidden = shown >= found.length;
    document.querySelectorAll("details").forEach((one, number) => (one.open = open[number] ?? false));
    before = null;
  });
  new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting)) more(STEP); }, { rootMargin: "800px" })
    .observe(at("more"));
  at("form").hidden = false;
  filter();
  setTimeout(haystacks, 200);
  document.documentElement.setAttribute("data-ready", "");
})();

// The grid in the browser. It shows what the desk answers and holds no rule of its own. Whatever comes from the session is
// put into the page as text (textContent), never as markup; nothing is loaded from anywhere.

const BLOCK = 50;
const TALLEST = 8_000_000;
const ROW = 26;
const PATIENCE = 5_000;
const LARGE = 100;
const DEAF = 400;
const GUTTER = 30;

/** An element. `props` are attributes (`on..` are listeners); what is in it is elements and texts. */
function h(tag, props = {}, ...inner) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...inner.filter((one) => one !== null && one !== undefined && one !== ""));
  return made;
}

const many = (number, noun, several) =>
  `${number.toLocaleString("en")} ${number === 1 ? noun : several ?? `${noun}s`}`;
const figure = (number) => number.toLocaleString("en");

/** Calls `what` a moment after the last call of it. */
function later(what, wait) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => what(...args), wait);
  };
}

/** Questions to the kernel and its answers. `silent(true)` is called when one waits long and nothing is heard at all,
 * `silent(false)` when something is. */
class Wire {
  constructor(model, hear, silent) {
    this.model = model;
    this.silent = silent;
    this.waiting = new Map();
    this.mine = Math.random().toString(36).slice(2);
    this.last = 0;
    this.listener = (message) => {
      if (!message || typeof message !== "object") return;
      this.heardAt = Date.now();
      this.silent(false);
      const asked = this.waiting.get(message.re);
      if (asked) {
        this.waiting.delete(message.re);
        clearTimeout(asked.timer);
        asked.done(message);
      } else if (message.push) hear(message);
    };
    model.on("msg:custom", this.listener);
  }

  /** The answer to a question: a promise that waits as long as it takes. `patient`: nobody is waiting for it. */
  ask(verb, more = {}, patient = false) {
    const id = `${this.mine}-${++this.last}`;
    return new Promise((done) => {
      const asked = { done, timer: 0 };
      const began = Date.now();
      const wait = (time) => {
        asked.timer = setTimeout(() => {
          const left = PATIENCE - (Date.now() - Math.max(this.heardAt ?? 0, began));
          if (left > 0) wait(left);
          else this.silent(true);
        }, time);
      };
      if (!patient) wait(PATIENCE);
      this.waiting.set(id, asked);
      try {
        this.model.send({ ...more, ask: verb, id });
      } catch {
        this.silent(true);
      }
    });
  }

  close() {
    this.model.off("msg:custom", this.listener);
    for (const { timer } of this.waiting.values()) clearTimeout(timer);
    this.waiting.clear();
  }
}

/** A text field with a list of what could be typed; arrows choose, Enter takes what is chosen, else `enter` is called. */
class Suggesting {
  constructor(field, keys) {
    this.field = field;
    this.keys = keys;
    this.choices = [];
    this.found = [];
    this.chosen = -1;
    this.list = h("div", { class: "wbg-choices", role: "listbox", hidden: true });
    this.list.id = `wbg-${Math.random().toString(36).slice(2)}`;
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-expanded": "false", "aria-controls": this.list.id, autocomplete: "off", spellcheck: "false",
    })) field.setAttribute(name, value);
    field.addEventListener("input", () => this.offer());
    field.addEventListener("blur", () => setTimeout(() => this.hide(), 150));
    field.addEventListener("keydown", (event) => this.key(event));
    this.element = h("div", { class: "wbg-suggesting" }, field, this.list);
  }

  /** Shows what begins to be typed, or (`all`) whatever could be. */
  offer(all = false) {
    const typed = this.field.value.toLowerCase();
    this.found = this.choices
      .filter((one) => one.text !== this.field.value && (all || `${one.text} ${one.label}`.toLowerCase().includes(typed)))
      .slice(0, 8);
    this.chosen = -1;
    this.list.replaceChildren(
      ...this.found.map((one, place) => {
        const line = h("div", { role: "option", id: `${this.list.id}-${place}`, "aria-selected": "false" });
        const value = h("bdi");
        value.textContent = one.seen ?? one.text;
        const label = h("span", { class: "wbg-soft" });
        label.textContent = one.label;
        line.append(value, label);
        line.addEventListener("mousedown", (event) => {
          event.preventDefault();
          this.take(place);
        });
        return line;
      }),
    );
    const exact = this.choices.some((one) => one.text === this.field.value);
    this.list.hidden = !this.found.length || (exact && !all) || !this.field.matches(":focus");
    this.field.setAttribute("aria-expanded", String(!this.list.hidden));
    this.field.removeAttribute("aria-activedescendant");
  }

  hide() {
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
  }

  take(place) {
    this.field.value = this.found[place].text;
    this.hide();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.hide();
  }

  key(event) {
    const open = !this.list.hidden;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.chosen = (this.chosen + step + this.found.length + 1) % (this.found.length + 1);
      if (this.chosen === this.found.length) this.chosen = -1;
      [...this.list.children].forEach((one, place) => one.setAttribute("aria-selected", String(place === this.chosen)));
      if (this.chosen >= 0) this.field.setAttribute("aria-activedescendant", `${this.list.id}-${this.chosen}`);
      else this.field.removeAttribute("aria-activedescendant");
    } else if (event.key === "ArrowDown" && this.choices.length) {
      this.offer(true);
    } else if (event.key === "Enter" && open && this.chosen >= 0) {
      this.take(this.chosen);
    } else if (event.key === "Escape" && open) {
      this.hide();
    } else {
      this.keys(event);
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}

class Grid {
  constructor(model, root) {
    this.root = root;
    this.high = model.get("rows") ?? 15;
    this.at = null;
    this.columns = [];
    this.still = 1;
    this.cache = new Map();
    this.asking = new Set();
    this.top = 0;
    this.cursor = { row: 0, column: 0 };
    this.anchor = null;
    this.editor = null;
    this.pane = null;
    this.wire = new Wire(model, (message) => this.heard(message), (silent) => this.silent(silent));
    this.build();
    this.hello();
  }

  // -- what is on the page --------------------------------------------------------------------------------------

  build() {
    const press = (name, label, what, more = {}) => {
      const made = h("button", { type: "button", class: `wbg-${name}`, onclick: what, ...more }, label);
      this[name] = made;
      return made;
    };
    this.tabs = h("div", { class: "wbg-tabs", role: "group", "aria-label": "Tables" });
    this.query = h("input", {
      type: "search", class: "wbg-query", placeholder: 'Search: acme   payment_term:"NET 30"   is:staged', spellcheck: "false",
      autocomplete: "off", "aria-label": "Search", oninput: later(() => this.find(), 150), onkeydown: (event) => this.queryKey(event),
    });
    this.count = h("span", { class: "wbg-count wbg-soft" });
    this.wrong = h("div", { class: "wbg-wrong", role: "alert", hidden: true });
    this.banner = h("div", { class: "wbg-banner", role: "alert", hidden: true });
    this.tools = h(
      "div", { class: "wbg-tools", role: "toolbar", "aria-label": "Edits" },
      press("editcell", "Edit cell", () => this.edit(), { title: "Enter, F2 or a double click" }),
      press("editmany", "Edit column…", () => this.editMany(), { title: "E: the marked rows, or all found" }),
      press("markall", "Mark all found", () => this.mark("found"), { title: "a, or ctrl+a" }),
      press("unmark", "Clear marks", () => this.mark("clear"), { title: "Esc; M brings them back" }),
      press("unstage", "Unstage cell", () => (this.at.marked ? this.unstageMarked() : this.unstageHere()), { title: "d this cell, D the marked rows: back to what the server holds" }),
      press("undo", "Undo", () => this.act("undo"), { title: "u or ctrl+z" }),
      press("redo", "Redo", () => this.act("redo"), { title: "U or ctrl+y" }),
      press("changes", "Changes", () => this.showChanges(), { title: "What is staged, and each exact PATCH" }),
      press("commit", "Commit…", () => this.askCommit(), { class: "wbg-commit wbg-first" }),
    );
    this.heads = h("div", { class: "wbg-row wbg-heads", role: "row", "aria-rowindex": "1" });
    this.sheet = h("div", { class: "wbg-sheet", role: "presentation" }, this.heads);
    this.canvas = h("div", { class: "wbg-canvas", role: "presentation" }, this.sheet);
    this.scroller = h("div", {
      class: "wbg-grid", role: "grid", tabindex: "0", "aria-label": "Rows", "aria-multiselectable": "true",
      onkeydown: (event) => this.key(event), onfocusin: () => this.looked(), onmouseenter: () => this.looked(),
    }, this.canvas);
    this.scroller.style.height = `${(this.high + 1) * ROW + 16}px`;
    this.scroller.addEventListener("scroll", () => this.scrolled());
    this.scroller.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.scroller.addEventListener("focus", (event) => event.target === this.scroller && !this.parked && this.focusCell());
    this.cellLine = h("div", { class: "wbg-cell-line" });
    this.status = h("div", { class: "wbg-status", role: "status" });
    this.place = h("section", { class: "wbg-pane", hidden: true });
    this.root.classList.add("wbg");
    this.root.setAttribute("data-lm-suppress-shortcuts", "true");
    this.root.replaceChildren(
      h("div", { class: "wbg-bar" }, this.tabs, this.query, this.count),
      this.wrong, this.banner, this.tools, this.scroller, this.cellLine, this.status, this.place,
    );
    this.watch = new ResizeObserver(() => this.measure());
    this.watch.observe(this.scroller);
  }

  close() {
    this.watch.disconnect();
    clearTimeout(this.poll);
    clearTimeout(this.complaint);
    this.wire.close();
  }

  // -- asking ---------------------------------------------------------------------------------------------------

  /** Asks, takes where the bench stands, and gives what was answered; null (and says why) if it could not be done. */
  async ask(verb, more = {}, quiet = false, patient = false) {
    const answer = await this.wire.ask(verb, more, patient);
    if (answer.wrong) {
      this.heldElsewhere = Boolean(answer.wrong.held);
      if (this.heldElsewhere) this.showBanner(answer.wrong.said, "held");
      else if (!quiet) this.say(answer.wrong.said, true);
      return quiet ? answer : null;
    }
    if (answer.at) {
      if (this.banner.dataset.why === "held") this.hideBanner();
      this.take(answer.at);
    }
    return quiet ? answer : answer.ok;
  }

  /** Where the bench stands: if what is shown may be old, it is forgotten and asked for again. */
  take(at) {
    const other = !this.at || at.version !== this.at.version || at.table !== this.at.table;
    const moved = this.at && at.table !== this.table;
    this.at = at;
    if (at.moved) this.say("the session was moved on elsewhere: marks were let go of");
    if (other) this.forget();
    this.showAt();
    if (moved && !this.changing) this.hello();
    else this.draw();
  }

  forget() {
    this.cache.clear();
    this.asking.clear();
    this.measure();
  }

  async hello() {
    const found = await this.ask("hello", { count: BLOCK });
    if (!found) return;
    this.session = found.session;
    this.origin = found.origin;
    this.tables = found.tables;
    this.takeColumns(found);
    this.takeWindow(found.window);
    this.query.value = this.at.query;
    this.showAt();
    this.root.dataset.ready = "";
    if (!this.status.textContent) this.help();
    this.heard({ push: "progress", ...found.standing });
    if (this.at.unfinished !== null) this.showUnfinished();
  }

  /** Somebody looks again: after a cell was run, say, what is staged may be other cells. */
  looked() {
    const now = Date.now();
    if (!this.at || this.looking || now - (this.lastLook ?? 0) < 1_000) return;
    this.lastLook = now;
    this.looking = true;
    this.ask("look", {}, false, true).then(() => { this.looking = false; });
  }

  takeColumns(found) {
    this.table = this.at.table;
    this.columns = found.columns;
    this.still = found.still;
    this.cursor.column = Math.min(this.cursor.column, this.columns.length - 1);
    let left = GUTTER;
    this.lefts = this.columns.map((one) => {
      one.px = Math.round(Math.min(one.wide, 40) * 7.4) + 18;
      const here = left;
      left += one.px;
      return here;
    });
    this.canvas.style.width = `${left}px`;
    this.scroller.setAttribute("aria-colcount", String(this.columns.length));
    this.lines?.forEach((line) => line.element.remove());
    this.lines = [];
    this.drawHeads();
    this.measure();
  }

  takeWindow(found) {
    if (!this.at || found.version !== this.at.version) return;
    found.rows.forEach(([row, marked, cells], place) => this.cache.set(found.start + place, { row, marked, cells }));
    if (this.cache.size > 4_000) {
      for (const place of [...this.cache.keys()]) if (Math.abs(place - this.top) > 1_000) this.cache.delete(place);
    }
    this.draw();
  }

  /** Asks for what should be seen and is not known, at most two windows at a time. */
  fill() {
    if (!this.at || this.heldElsewhere) return;
    const last = Math.min(this.top + this.seen, this.at.found);
    for (let place = this.top; place < last && this.asking.size < 2; place++) {
      if (this.cache.has(place)) continue;
      const start = [...this.asking].some((one) => place >= one && place < one + BLOCK) ? -1 : place;
      if (start < 0) continue;
      this.asking.add(start);
      const { version, table } = this.at;
      this.ask("window", { start, count: BLOCK }).then((found) => {
        this.asking.delete(start);
        if (found) this.takeWindow(found);
        if (found && (version !== this.at.version || table !== this.at.table)) this.draw();
      });
      place = start + BLOCK - 1;
    }
  }

  heard(message) {
    if (message.push === "progress" || message.push === "ended") this.showStanding(message);
  }

  silent(silent) {
    if (silent) {
      const kept = this.session ? ` What was staged is kept in the session file ${this.session}.session.` : "";
      this.showBanner(
        `The kernel does not answer. It may be busy with a cell, or gone.${kept} After a restart, run the cell again that opens the session and shows the grid.`,
        "silent",
      );
    } else if (this.banner.dataset.why === "silent") this.hideBanner();
  }

  help() {
    this.say("Enter edits · space marks · shift+↑↓ marks on · a marks all found · E edits the column · d unstages · u undoes · / searches · t next table");
  }

  showBanner(said, why) {
    const text = h("span");
    text.textContent = said;
    this.banner.dataset.why = why;
    this.banner.replaceChildren(text, h("button", { type: "button", onclick: () => this.again() }, "Try again"));
    this.banner.hidden = false;
  }

  again() {
    this.heldElsewhere = this.looking = false;
    this.asking.clear();
    if (this.columns.length) this.ask("look");
    else this.hello();
  }

  hideBanner() {
    this.banner.hidden = true;
    this.banner.dataset.why = "";
  }

  say(said, bad = false) {
    this.status.textContent = said;
    this.status.classList.toggle("wbg-bad", bad);
  }

  // -- lines around the grid ------------------------------------------------------------------------------------

  showAt() {
    const at = this.at;
    if (this.tables) {
      this.tabs.replaceChildren(
        ...this.tables.map((name) =>
          h("button", { type: "button", "aria-pressed": String(name === at.table), onclick: () => this.turn(name) }, name)),
      );
    }
    const hidden = at.hidden ? ` (${figure(at.hidden)} not shown)` : "";
    const marked = at.marked ? ` · ● ${figure(at.marked)} marked${hidden}` : "";
    const missing = at.missing ? ` · ${many(at.missing, "key")} not found` : "";
    this.count.textContent = `${figure(at.found)} of ${figure(at.total)}${missing}${marked}`;
    this.changes.textContent = at.staged ? `Changes (${figure(at.staged)})` : "Changes";
    this.commit.disabled = !this.running && (!at.staged || at.running);
    this.unmark.disabled = !at.marked;
    this.unstage.textContent = at.marked ? "Unstage marked" : "Unstage cell";
    this.nameColumn();
    this.scroller.setAttribute("aria-rowcount", String(at.found + 1));
    this.drawHeads();
  }

  /** Says which column, and in how many rows, an edit of many would be of. */
  nameColumn() {
    const column = this.columns[this.cursor.column];
    this.editmany.textContent = `Edit ${column?.label ?? "column"} of ${figure(this.at.marked || this.at.found)}…`;
    this.editmany.disabled = !column?.edit || !this.at.found;
  }

  showCell() {
    const column = this.columns[this.cursor.column];
    this.nameColumn();
    const cell = this.cache.get(this.cursor.row)?.cells[this.cursor.column];
    this.cellLine.replaceChildren();
    if (!column || cell === undefined) return;
    const [text, before, flags] = typeof cell === "string" ? [cell, null, 0] : cell;
    const name = h("b");
    name.textContent = column.label;
    const value = h("bdi");
    value.textContent = text || "(empty)";
    this.cellLine.append(name, " ", value);
    if (before !== null) {
      const was = h("bdi", { class: "wbg-old" });
      was.textContent = before || "(empty)";
      this.cellLine.append(h("b", {}, "  was "), was);
    }
    if (flags & 2) this.cellLine.append(h("b", { class: "wbg-bad" }, "  not valid: the customer is held"));
    if (!column.edit) this.cellLine.append(h("span", { class: "wbg-soft" }, "  read-only"));
  }

  async turn(table) {
    this.changing = true;
    this.closeEditor();
    const found = await this.ask("table", { table, count: BLOCK });
    this.changing = false;
    if (!found) return;
    this.closePane();
    this.top = 0;
    this.cursor = { row: 0, column: 0 };
    this.anchor = null;
    this.takeColumns(found);
    this.takeWindow(found.window);
    this.query.value = this.at.query;
    this.hideWrong();
    this.goTo(0, 0, false);
  }

  // -- search and sort ------------------------------------------------------------------------------------------

  queryKey(event) {
    event.stopPropagation();
    if (event.key === "Enter") {
      event.preventDefault();
      this.find(true).then((well) => well && this.focusCell());
    } else if (event.key === "Escape" && this.query.value) {
      event.preventDefault();
      this.query.value = "";
      this.find();
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      this.focusCell();
    }
  }

  /** Finds what is typed; while one search is on its way only the newest of the others waits. */
  async find(keep = false, sort = this.at?.sort ?? "") {
    if (this.finding) {
      this.next = [keep, sort];
      return this.finding;
    }
    this.finding = this.found(this.query.value, sort, keep);
    const well = await this.finding;
    this.finding = null;
    if (this.next) {
      const [more, order] = this.next;
      this.next = null;
      return this.find(more, order);
    }
    return well;
  }

  async found(query, sort, keep) {
    const before = this.at;
    const answer = await this.ask("find", { query, sort, keep, count: BLOCK }, true);
    clearTimeout(this.complaint);
    if (answer.wrong) {  // while somebody types, half a query is no mistake yet
      this.complaint = setTimeout(() => this.showWrong(query, answer.wrong), keep ? 0 : 700);
      return false;
    }
    this.hideWrong();
    if (before && before.version !== this.at.version) {
      this.anchor = null;
      this.cursor.row = 0;
      this.setTop(0);
    }
    this.takeWindow(answer.ok.window);
    return true;
  }

  showWrong(query, wrong) {
    const said = h("div");
    said.textContent = wrong.said;
    this.wrong.replaceChildren(said);
    if (wrong.column) {
      const shown = h("pre");
      shown.textContent = `${query}\n${" ".repeat(wrong.column - 1)}^`;
      this.wrong.prepend(shown);
    }
    this.wrong.hidden = false;
    this.query.setAttribute("aria-invalid", "true");
  }

  hideWrong() {
    clearTimeout(this.complaint);
    this.wrong.hidden = true;
    this.query.removeAttribute("aria-invalid");
  }

  sortBy(column) {
    const name = this.columns[column].name;
    if (name === "customer") return this.say("that is the name of each row's customer: sort by it in customers");
    const now = this.at.sort;
    return this.find(false, now === name ? `-${name}` : now === `-${name}` ? "" : name);
  }

  // -- drawing --------------------------------------------------------------------------------------------------

  drawHeads() {
    if (!this.at || !this.columns.length) return;
    const focused = this.heads.contains(document.activeElement ?? null) || this.inRoot(this.heads);
    const mark = h("div", { class: "wbg-mark wbg-stuck", role: "presentation" });
    mark.style.left = "0px";
    this.heads.replaceChildren(
      mark,
      ...this.columns.map((one, place) => {
        const down = this.at.sort === `-${one.name}`;
        const sorted = down || this.at.sort === one.name;
        const head = h("div", {
          class: "wbg-cell wbg-head", role: "columnheader", "aria-colindex": String(place + 1), tabindex: "-1",
          "aria-sort": sorted ? (down ? "descending" : "ascending") : "none", title: "sorts; again turns round, again lets go",
          onclick: () => { this.cursor = { row: -1, column: place }; this.sortBy(place); },
        });
        head.textContent = one.label + (sorted ? (down ? " ▼" : " ▲") : "");
        this.fit(head, place);
        return head;
      }),
    );
    if (focused && this.cursor.row < 0) this.focusCell();
  }

  fit(cell, place) {
    cell.style.flexBasis = `${this.columns[place].px}px`;
    if (place < this.still) {
      cell.classList.add("wbg-stuck");
      cell.style.left = `${this.lefts[place]}px`;
    }
  }

  /** How many rows fit, and how tall the scrolled canvas is: beyond a limit of browsers a pixel stands for more. */
  measure() {
    if (!this.at || !this.columns.length) return;
    const high = this.scroller.clientHeight || (this.high + 1) * ROW;
    this.seen = Math.max(Math.floor((high - ROW) / ROW), 1);
    this.last = Math.max(this.at.found - this.seen, 0);
    this.range = Math.min(this.last * ROW, TALLEST);
    this.canvas.style.height = `${high + this.range}px`;
    this.sheet.style.height = `${high}px`;
    if (this.top > this.last) this.setTop(this.last);
    this.draw();
  }

  setTop(top) {
    this.top = Math.max(0, Math.min(Math.round(top), this.last ?? 0));
    this.scroller.scrollTop = this.last ? (this.top / this.last) * this.range : 0;
    this.draw();
  }

  scrolled() {
    const top = this.range ? Math.round((this.scroller.scrollTop / this.range) * this.last) : 0;
    if (top !== this.top) {
      this.top = Math.max(0, Math.min(top, this.last));
      this.draw();
    }
  }

  wheel(event) {
    if (!this.range || this.range === this.last * ROW || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
    event.preventDefault();
    const pixels = event.deltaMode === 1 ? event.deltaY * ROW : event.deltaY;
    this.rest = (this.rest ?? 0) + pixels / ROW;
    const whole = Math.trunc(this.rest);
    this.rest -= whole;
    if (whole) this.setTop(this.top + whole);
  }

  draw() {
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      this.paint();
    });
  }

  paint() {
    if (!this.at || !this.columns.length || !this.seen) return;
    while (this.lines.length < this.seen) this.lines.push(this.line());
    while (this.lines.length > this.seen) this.lines.pop().element.remove();
    const inside = this.inRoot(this.scroller);
    this.lines.forEach((line, place) => this.paintLine(line, this.top + place));
    this.empty();
    this.showCell();
    if (this.editor) this.placeEditor();
    else if (inside && this.wanted) this.focusCell(false);
    else if (inside) this.roam();
    this.fill();
  }

  empty() {
    this.nothing ??= h("div", { class: "wbg-nothing wbg-soft" });
    this.nothing.textContent = this.at.found ? "" : this.at.query ? "nothing is found" : "this table has no rows";
    if (this.at.found) this.nothing.remove();
    else this.sheet.append(this.nothing);
  }

  line() {
    const mark = h("div", { class: "wbg-mark wbg-stuck", role: "presentation" });
    mark.style.left = "0px";
    const cells = this.columns.map((one, place) => {
      const cell = h("div", { class: "wbg-cell", role: "gridcell", tabindex: "-1", "aria-colindex": String(place + 1) });
      if (!one.edit) cell.setAttribute("aria-readonly", "true");
      this.fit(cell, place);
      return cell;
    });
    const line = { element: h("div", { class: "wbg-row", role: "row" }, mark, ...cells), mark, cells, position: -1 };
    mark.addEventListener("click", (event) => this.markAt(line.position, event.shiftKey));
    cells.forEach((cell, place) => {
      cell.addEventListener("mousedown", (event) => {
        if (event.target.closest(".wbg-editor")) return;
        if (event.shiftKey) {
          event.preventDefault();
          this.markAt(line.position, true);
        }
        this.goTo(line.position, place);
      });
      cell.addEventListener("dblclick", () => this.edit());
    });
    this.sheet.append(line.element);
    return line;
  }

  paintLine(line, position) {
    const row = this.cache.get(position);
    line.position = position;
    line.element.hidden = position >= this.at.found;
    line.element.setAttribute("aria-rowindex", String(position + 2));
    line.element.setAttribute("aria-selected", String(Boolean(row?.marked)));
    line.element.classList.toggle("wbg-marked", Boolean(row?.marked));
    line.mark.textContent = row?.marked ? "●" : "";
    line.cells.forEach((cell, place) => paintCell(cell, row ? row.cells[place] : null));
  }

  // -- where the cursor is --------------------------------------------------------------------------------------

  inRoot(element) {
    const focused = element.getRootNode().activeElement;
    return Boolean(focused) && element.contains(focused);
  }

  cellHere() {
    if (this.cursor.row < 0) return this.heads.children[this.cursor.column + 1] ?? null;
    return this.lines?.[this.cursor.row - this.top]?.cells[this.cursor.column] ?? null;
  }

  /** One cell is reached by Tab: that of the cursor, or the grid itself while the cursor is out of sight. */
  roam() {
    this.root.querySelectorAll(".wbg-cell[tabindex='0']").forEach((one) => one.setAttribute("tabindex", "-1"));
    const cell = this.cellHere();
    this.scroller.setAttribute("tabindex", cell ? "-1" : "0");
    cell?.setAttribute("tabindex", "0");
    return cell;
  }

  focusCell(scroll = true) {
    this.wanted = true;
    if (scroll && this.cursor.row >= 0) this.reveal();
    const cell = this.roam();
    if (cell) {
      if (!this.inRoot(cell)) cell.focus({ preventScroll: true });
    } else if (this.scroller.getRootNode().activeElement !== this.scroller) {
      this.parked = true;
      this.scroller.focus({ preventScroll: true });
      this.parked = false;
    }
    this.showCell();
  }

  reveal() {
    const { row, column } = this.cursor;
    if (row < this.top) this.setTop(row);
    else if (row >= this.top + this.seen) this.setTop(row - this.seen + 1);
    if (column < this.still) return;
    const fixed = this.still ? this.lefts[this.still - 1] + this.columns[this.still - 1].px : GUTTER;
    const left = this.lefts[column];
    const right = left + this.columns[column].px;
    if (left - this.scroller.scrollLeft < fixed) this.scroller.scrollLeft = left - fixed;
    else if (right > this.scroller.scrollLeft + this.scroller.clientWidth) this.scroller.scrollLeft = right - this.scroller.clientWidth;
  }

  goTo(row, column, focus = true) {
    this.cursor = {
      row: Math.max(-1, Math.min(row, this.at.found - 1)),
      column: Math.max(0, Math.min(column, this.columns.length - 1)),
    };
    if (this.cursor.row >= 0) this.reveal();
    if (focus) {
      this.paint();
      this.focusCell();
    } else this.draw();
  }

  key(event) {
    if (event.target.closest(".wbg-editor")) return;
    const { row, column } = this.cursor;
    const ctrl = event.ctrlKey || event.metaKey;
    const far = ctrl ? this.at?.found ?? 0 : 1;
    const moves = {
      ArrowUp: [row - far, column], ArrowDown: [row + far, column],
      ArrowLeft: [row, ctrl ? 0 : column - 1], ArrowRight: [row, ctrl ? this.columns.length : column + 1],
      Home: [ctrl ? 0 : row, 0], End: [ctrl ? Infinity : row, Infinity],
      PageUp: [Math.max(row - this.seen, 0), column], PageDown: [row + this.seen, column],
    };
    if (!this.at || event.altKey) return;
    if (event.key in moves) {
      const [to, side] = moves[event.key];
      const from = this.anchor ?? Math.max(row, 0);
      this.goTo(ctrl && event.key === "ArrowUp" ? 0 : Math.min(to, this.at.found - 1), Math.min(side, this.columns.length - 1));
      if (event.shiftKey && this.cursor.row >= 0 && event.key !== "ArrowLeft" && event.key !== "ArrowRight") {
        this.anchor = from;
        this.mark("range", from, this.cursor.row);
      } else if (!event.shiftKey) this.anchor = null;
    } else if (ctrl && event.key in { z: 0, Z: 0, y: 0, a: 0 }) {
      if (event.key === "a") this.mark("found");
      else this.act(event.key === "z" && !event.shiftKey ? "undo" : "redo");
    } else if (!ctrl && event.key in this.keys()) this.keys()[event.key](event);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  keys() {
    return {
      Enter: () => (this.cursor.row < 0 ? this.sortBy(this.cursor.column) : this.edit()),
      F2: () => this.edit(), e: () => this.edit(), E: () => this.editMany(),
      " ": (event) => (this.cursor.row < 0 ? this.sortBy(this.cursor.column) : this.markAt(this.cursor.row, event.shiftKey)),
      "?": () => this.help(), M: () => this.mark("restore"),
      a: () => this.mark("found"), u: () => this.act("undo"), U: () => this.act("redo"), d: () => this.unstageHere(), D: () => this.unstageMarked(),
      "/": () => { this.query.focus(); this.query.select(); },
      t: () => this.turn(this.tables[(this.tables.indexOf(this.table) + 1) % this.tables.length]),
      Escape: () => (this.pane ? this.closePane() : this.at.marked && this.mark("clear")),
    };
  }

  // -- marks ----------------------------------------------------------------------------------------------------

  markAt(position, range) {
    if (range) this.mark("range", this.anchor ?? Math.max(this.cursor.row, 0), position);
    else {
      this.anchor = position;
      this.mark("toggle", position, position);
    }
  }

  /** Marks, and shows it before the answer is there. */
  async mark(how, first = 0, last = 0) {
    if (how === "found") this.cache.forEach((row) => { row.marked = true; });
    if (how === "clear") this.cache.forEach((row) => { row.marked = false; });
    const row = this.cache.get(first);
    if (how === "toggle" && row) row.marked = !row.marked;
    for (let place = Math.min(first, last); how === "range" && place <= Math.max(first, last); place++) {
      if (this.cache.has(place)) this.cache.get(place).marked = true;
    }
    this.draw();
    this.marking = this.ask("mark", { how, first, last });
    const well = await this.marking;
    if (!well || how === "restore") {
      this.forget();
      this.draw();
    }
    if (well && this.pane === "many") this.recount?.();
  }

  // -- edits ----------------------------------------------------------------------------------------------------

  async edit(position = this.cursor.row, place = this.cursor.column) {
    const row = this.cache.get(position);
    const column = this.columns[place];
    if (!row || !column) return;
    if (!column.edit) {
      this.say(`${column.label} is read-only: the API has no way to change it`);
      return;
    }
    if (this.editor) return;
    const found = await this.ask("cell", { row: row.row, field: column.name });
    if (!found || this.editor || this.table !== this.at.table) return;
    const field = h("textarea", { rows: "1", class: "wbg-input", "aria-label": `${column.label} of ${found.of}` });
    field.value = found.text;
    const suggesting = new Suggesting(field, (event) => this.editorKey(event));
    suggesting.choices = found.choices;
    const hint = h("div", { class: "wbg-hint wbg-soft" }, "Enter stages · Tab next · ↓ values in use · Esc leaves");
    const element = h("div", { class: "wbg-editor" }, suggesting.element, hint);
    this.editor = { element, field, found, began: field.value, position, place };
    this.sheet.append(element);
    this.placeEditor();
    field.focus({ preventScroll: true });
    field.select();
  }

  placeEditor() {
    const { element, position, place } = this.editor;
    const line = Math.max(0, Math.min(position - this.top, this.seen - 1));
    const still = place < this.still ? this.scroller.scrollLeft : 0;
    const wide = Math.min(Math.max(this.columns[place].px, 320), this.scroller.clientWidth - 8);
    const most = this.scroller.scrollLeft + this.scroller.clientWidth - wide - 4;
    element.classList.toggle("wbg-up", line > this.seen / 2);
    element.style.top = `${(line + 1) * ROW - 1}px`;
    element.style.left = `${Math.max(Math.min(this.lefts[place] + still, most), 0)}px`;
    element.style.width = `${wide}px`;
  }

  editorKey(event) {
    event.stopPropagation();
    if (event.key === "Escape") {
      event.preventDefault();
      this.closeEditor();
      this.focusCell();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.stageCell(0);
    } else if (event.key === "Tab") {
      event.preventDefault();
      this.stageCell(event.shiftKey ? -1 : 1);
    }
  }

  /** Stages what is typed. The editor stays, with the text in it, until it is answered that it was. */
  async stageCell(step) {
    const editor = this.editor;
    if (!editor || editor.sent) return;
    if (editor.field.value !== editor.began) {
      const { row, field, key, text } = editor.found;
      editor.sent = true;
      editor.element.classList.add("wbg-waiting");
      const done = await this.ask("set", { row, field, key, was: text, text: editor.field.value });
      editor.sent = false;
      editor.element.classList.remove("wbg-waiting");
      if (this.editor !== editor) return;
      if (!done) {
        editor.field.focus({ preventScroll: true });
        return;
      }
      this.say(done.said);
      this.closeEditor();
      await this.follow(row);
    } else this.closeEditor();
    if (!step) return this.focusCell();
    let place = this.cursor.column + step;
    while (this.columns[place] && !this.columns[place].edit) place += step;
    if (!this.columns[place]) return this.focusCell();
    this.goTo(this.cursor.row, place);
    return this.editSoon();
  }

  /** Edits the cell under the cursor as soon as its row is known. */
  async editSoon() {
    for (let tries = 0; tries < 100 && !this.cache.has(this.cursor.row); tries++) {
      this.fill();
      await new Promise((done) => setTimeout(done, 20));
    }
    return this.edit();
  }

  /** Keeps the cursor on a row that may stand elsewhere now. */
  async follow(row) {
    if (!this.at.query && !this.at.sort) return;
    const found = await this.ask("where", { row });
    if (found && found.place !== null) this.goTo(found.place, this.cursor.column, false);
    else this.goTo(this.cursor.row, this.cursor.column, false);
  }

  closeEditor() {
    this.editor?.element.remove();
    this.editor = null;
  }

  /** Takes staged changes back: of this cell, or of the marked rows. */
  async unstageHere() {
    const row = this.cache.get(this.cursor.row);
    const column = this.columns[this.cursor.column];
    if (!row || !column) return;
    const found = column.edit ? await this.ask("unstage", { row: row.row, field: column.name }) : { changed: 0 };
    if (found) this.say(found.changed ? found.said : `${column.label} is not staged here`);
    this.refreshPane();
  }

  async unstageMarked() {
    await this.marking;
    const found = await this.ask("unstage");
    if (found) this.say(found.changed ? `${found.said} of the marked rows` : "nothing is staged in marked rows");
    this.refreshPane();
  }

  async act(verb) {
    const found = await this.ask(verb);
    if (found) this.say(found.said);
    this.refreshPane();
  }

  // -- panes ----------------------------------------------------------------------------------------------------

  openPane(name, title, ...inner) {
    const head = h("h4", { tabindex: "-1" });
    head.textContent = title;
    this.pane = name;
    this.place.setAttribute("aria-label", title);
    this.place.dataset.pane = name;
    this.place.replaceChildren(
      h("div", { class: "wbg-pane-head" }, head, h("button", { type: "button", "aria-label": "Close", onclick: () => { this.closePane(); this.focusCell(); } }, "✕")),
      ...inner,
    );
    this.place.hidden = false;
    this.place.onkeydown = (event) => {
      event.stopPropagation();
      if (event.key === "Escape") {
        event.preventDefault();
        this.closePane();
        this.focusCell();
      }
    };
    return head;
  }

  closePane() {
    this.pane = null;
    this.recount = null;
    this.place.hidden = true;
    this.place.replaceChildren();
  }

  refreshPane() {
    if (this.pane === "changes") this.showChanges(false);
    if (this.pane === "many") this.recount?.();
    if (this.pane === "question") this.closePane();
  }

  async editMany() {
    const column = this.columns[this.cursor.column];
    if (!column?.edit) {
      this.say(`${column?.label ?? "this"} is read-only: the API has no way to change it; go to the column that you mean`);
      return;
    }
    await this.marking;
    const found = await this.ask("forms", { field: column.name, reach: this.at.marked ? "marked" : "found" });
    if (!found) return;
    const kind = h("select", { "aria-label": "Kind of edit" }, ...found.forms.map((one) => h("option", { value: one.kind }, one.label)));
    const whom = h("select", { "aria-label": "Which rows" },
      ...(this.at.marked ? [h("option", { value: "marked" }, "the marked rows")] : []), h("option", { value: "found" }, "all found"));
    const keys = (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        go();
      }
    };
    const [first, second] = [1, 2].map(() => new Suggesting(h("input", { type: "text", class: "wbg-input" }), keys));
    const regex = h("input", { type: "checkbox" });
    const regexLine = h("label", {}, regex, " regular expression");
    const note = h("input", { type: "text", class: "wbg-input", placeholder: "a note: why (may stay empty)", "aria-label": "Note", onkeydown: keys });
    const counts = h("div", { class: "wbg-counts", role: "status" });
    const examples = h("div");
    const stage = h("button", { type: "button", class: "wbg-first wbg-stage", disabled: true }, "Stage");
    let counted = null;
    let turn = 0;
    const typed = () => ({
      field: column.name, reach: whom.value, kind: kind.value, first: first.field.value, second: second.field.value, regex: regex.checked,
    });
    const recount = async () => {
      counted = null;
      stage.disabled = true;
      const mine = ++turn;
      const answer = await this.ask("count", typed(), true);
      if (mine !== turn || this.pane !== "many") return;
      examples.replaceChildren();
      counts.classList.toggle("wbg-bad", Boolean(answer.wrong));
      if (answer.wrong) {
        counts.textContent = answer.wrong.said;
        return;
      }
      const told = answer.ok;
      if (told.edit === null) {
        counts.textContent = `${many(told.rows, "row")}: type ${found.forms[kind.selectedIndex].first || "what is missing"}`;
        return;
      }
      const more = [
        `${figure(told.unchanged)} stay`, told.invalid ? `${figure(told.invalid)} would not be valid` : "",
        told.skipped ? `${figure(told.skipped)} cannot be edited` : "",
      ].filter(Boolean);
      counts.textContent = `${many(told.rows, "row")}: ${figure(told.changed)} change, ${more.join(", ")}`;
      examples.replaceChildren(
        table(["customer", "cell", "change"], told.examples.map(([id, path, before, after]) => [id, path, change(before, after)])),
        ...told.reasons.map((reason) => said(`not valid: ${reason}`, "wbg-bad")),
      );
      counted = told;
      stage.disabled = !told.changed;
      stage.textContent = `Stage ${many(told.changed, "cell")}`;
    };
    const soon = later(recount, 150);
    const go = async () => {
      if (!counted?.changed || stage.disabled) return;
      stage.disabled = true;
      const done = await this.ask("bulk", { ...typed(), note: note.value, version: counted.version, rows: counted.rows });
      if (!done) {
        recount();
        return;
      }
      this.closePane();
      this.say(`${done.said}; Undo takes it back`);
      this.focusCell();
    };
    const arrange = () => {
      const form = found.forms[kind.selectedIndex];
      first.element.hidden = !form.first;
      second.element.hidden = !form.second;
      regexLine.hidden = !form.regex;
      for (const [one, label] of [[first, form.first], [second, form.second]]) {
        one.field.placeholder = label;
        one.field.setAttribute("aria-label", label || "value");
      }
      const fields = found.fields.map((name) => ({ text: form.kind === "template" ? `{${name}}` : name, label: "" }));
      first.choices = form.kind === "apply" ? found.transforms : form.kind === "copy" || form.kind === "template" ? fields : found.choices;
      second.choices = found.choices;
      recount();
    };
    kind.onchange = arrange;
    whom.onchange = recount;
    regex.onchange = recount;
    for (const one of [first, second]) one.field.addEventListener("input", () => { counted = null; stage.disabled = true; soon(); });
    stage.onclick = go;
    this.openPane("many", `Edit ${column.label}`,
      counts,
      h("div", { class: "wbg-form" }, kind, first.element, second.element, regexLine, h("label", {}, "in ", whom), note, stage), examples);
    this.recount = recount;
    arrange();
    (first.element.hidden ? kind : first.field).focus();
  }

  async showChanges(focus = true) {
    const found = await this.ask("changes", { start: 0 });
    if (!found) return;
    if (!found.cells) {
      this.openPane("changes", "Nothing is staged");
      return;
    }
    const notes = [
      found.held ? `${many(found.held, "customer")} held: a commit leaves them out, whole` : "",
      found.irreversible ? `${many(found.irreversible, "cell")} could not be reverted once committed` : "",
      found.waiting ? `${many(found.waiting, "cell")} for a second commit: this one makes what they point to` : "",
    ].filter(Boolean).map((one) => said(one, "wbg-bad"));
    const groups = found.groups.map((one) => [
      figure(one.count), one.field,
      one.more ? h("span", {}, change(one.before, one.after), ` and ${figure(one.more)} more such changes`) : change(one.before, one.after),
      said(one.odd, "wbg-warn"),
    ]);
    const list = h("div");
    const head = this.openPane("changes", `${many(found.cells, "cell")} of ${many(found.all, "customer")} staged`, ...notes,
      table(["cells", "field", "change", "what is odd"], groups),
      ...(found.of > found.groups.length ? [said(`and ${many(found.of - found.groups.length, "group")} more`, "wbg-soft")] : []), list);
    this.morePatches(list, found);
    if (focus) head.focus({ preventScroll: true });
  }

  morePatches(list, found) {
    list.querySelector(":scope > button")?.remove();
    for (const [row, id, name, held] of found.patches) {
      const summary = h("summary");
      const who = h("bdi");
      who.textContent = name;
      summary.append(who, said(` ${id}`, "wbg-soft"), said(held ? `  held: ${held}` : "", "wbg-bad"));
      const one = h("details", { ontoggle: () => one.open && !one.dataset.asked && this.showPatch(one, row) }, summary);
      list.append(one);
    }
    const next = found.start + found.patches.length;
    if (next >= found.all) return;
    list.append(h("button", {
      type: "button",
      onclick: async () => {
        const more = await this.ask("changes", { start: next });
        if (more) this.morePatches(list, more);
      },
    }, `${figure(found.all - next)} more customers`));
  }

  async showPatch(one, row) {
    one.dataset.asked = "yes";
    const found = await this.ask("patch", { row });
    if (!found) {
      delete one.dataset.asked;
      return;
    }
    const body = h("pre", { class: "wbg-body" });
    body.textContent = found.body || "nothing of this customer is staged any more";
    one.append(
      table(["cell", "change", "operation"], found.changes.map(([path, before, after, operation, fresh]) =>
        [fresh ? `${path} (new)` : path, change(before, after), String(operation)])),
      said("The exact body of its PATCH:", "wbg-soft"), body,
    );
  }

  // -- commit ---------------------------------------------------------------------------------------------------

  async askCommit() {
    if (this.commit.disabled) return;
    if (this.running) {
      this.away = false;
      const answer = await this.wire.ask("standing");
      if (answer.ok) this.showStanding(answer.ok);
      return;
    }
    const found = await this.ask("question");
    if (!found) return;
    if (!found.customers) {
      this.openPane("question", "Nothing would be sent",
        said(found.held ? `${many(found.held, "customer")} held: Changes says why` : "nothing is staged"));
      return;
    }
    if (!found.origin) {
      this.openPane("question", "The session does not know its API yet",
        said('Give it once: wb.grid(api="https://.."), and commit there.'));
      return;
    }
    const lines = [
      `${many(found.changes, "change")} in ${many(found.customers, "PATCH request")}, one for each customer. Each is read first; what somebody else changed meanwhile is not overwritten.`,
      found.held ? `${many(found.held, "customer")} held: left out, with all changes.` : "",
      found.waiting ? `${many(found.waiting, "change")} for a second commit: this one makes what they point to.` : "",
      found.irreversible ? `${many(found.irreversible, "change")} cannot be reverted once committed.` : "",
    ].filter(Boolean).map((one) => said(one));
    const digest = h("code", { class: "wbg-digest" });
    digest.textContent = found.digest;
    const yes = h("button", { type: "button", class: "wbg-first wbg-yes", disabled: true }, `Commit ${many(found.customers, "customer")}`);
    const no = h("button", { type: "button", class: "wbg-no", onclick: () => { this.closePane(); this.focusCell(); } }, "Cancel");
    const large = found.customers > LARGE;
    const number = h("input", { type: "text", class: "wbg-input wbg-number", "aria-label": "how many customers", placeholder: "how many customers" });
    let armed = false;
    const arm = () => {
      yes.disabled = !armed || (large && number.value.replaceAll(",", "").trim() !== String(found.customers));
    };
    number.addEventListener("input", arm);
    number.addEventListener("keydown", (event) => event.key === "Enter" && !yes.disabled && yes.click());
    setTimeout(() => { armed = true; arm(); }, DEAF);
    yes.onclick = async () => {
      yes.disabled = true;
      const standing = await this.ask("commit", { digest: found.digest });
      if (!standing) {
        this.closePane();
        return;
      }
      this.away = false;
      this.running = true;
      this.showStanding(standing);
    };
    this.openPane("question", `Commit ${many(found.customers, "customer")} to ${found.origin}?`, ...lines,
      h("p", {}, "Digest: ", digest),
      ...(large ? [h("p", {}, `Type ${found.customers} to commit: `, number)] : []), h("div", { class: "wbg-form" }, yes, no));
    (large ? number : no).focus();
  }

  showUnfinished() {
    const go = h("button", { type: "button", class: "wbg-first wbg-resume", onclick: () => this.resume() }, "Resume");
    this.openPane("unfinished", `Run ${this.at.unfinished} was cut off`,
      said("Resume reads back what is unknown, then sends the rest. Nothing is sent twice. Until then nothing else can be committed."), go);
  }

  /** A commit that goes on, or has ended. It is asked for too, should what is told on the way be lost. */
  showStanding(standing) {
    clearTimeout(this.poll);
    if (standing.running) {
      this.running = true;
      this.poll = setTimeout(async () => {
        const answer = await this.wire.ask("standing");
        if (answer.ok) this.showStanding(answer.ok);
      }, 1_000);
      this.showProgress(standing);
    } else if (standing.ended && this.running) {
      this.running = false;
      this.commit.textContent = "Commit…";
      this.showEnd(standing.ended);
    }
  }

  showProgress(standing) {
    const progress = standing.progress;
    this.commit.disabled = false;
    this.commit.textContent = `Committing ${progress ? Math.floor((100 * progress.done) / Math.max(progress.planned, 1)) : 0} %`;
    if (this.pane !== "running") {
      if (this.bar && this.away) return;
      this.bar = h("progress", { class: "wbg-progress", "aria-label": "Commit" });
      this.told = h("div", { role: "status" });
      this.stopper = h("button", { type: "button", class: "wbg-stop", onclick: async () => {
        const answer = await this.wire.ask("stop");
        if (answer.ok) this.showStanding(answer.ok);
      } }, "Stop");
      this.openPane("running", "Committing", this.bar, this.told, this.stopper);
      this.away = true;
      this.stopper.focus();
    }
    this.stopper.textContent = standing.stopping ? "Stop at once" : "Stop";
    this.stopper.title = standing.stopping ? "lets go of what is on its way; resume reads it back" : "sends nothing new and finishes what is on its way";
    if (!progress) {
      this.told.textContent = "begins";
      return;
    }
    this.bar.max = Math.max(progress.planned, 1);
    this.bar.value = progress.done;
    const counts = Object.entries(progress.counts).map(([name, number]) => `${figure(number)} ${name}`).join(", ");
    const stopping = standing.stopping ? "; stopping: what is on its way is finished" : "";
    this.told.textContent = `${figure(progress.done)} of ${many(progress.planned, "customer")}${counts ? `: ${counts}` : ""}${stopping}`;
  }

  async showEnd(ended) {
    this.openPane("ended", "Commit", said(ended.said, ended.well ? "wbg-good" : "wbg-bad"));
    this.say(ended.said, !ended.well);
    await this.ask("look");
    if (ended.run === null || this.pane !== "ended") return;
    const list = h("div", { class: "wbg-outcomes" });
    this.place.append(list);
    await this.moreOutcomes(list, 0);
    if (this.pane !== "ended") return;
    const [label, what, look] = this.at.unfinished !== null
      ? [`Resume run ${this.at.unfinished}`, () => this.resume(), "wbg-first wbg-resume"]
      : [`Stage the way back of run ${ended.run}`, () => this.wayBack(ended.run), "wbg-revert"];
    this.place.append(h("button", { type: "button", class: look, onclick: what }, label));
  }

  async resume() {
    this.away = false;
    const standing = await this.ask("resume");
    if (standing) this.showStanding(standing);
  }

  /** Stages the inverse of a run: to be looked at, and committed as anything else. */
  async wayBack(run) {
    const back = await this.ask("revert", { run });
    if (!back) return;
    this.say(back.said);
    this.showChanges();
  }

  async moreOutcomes(list, start) {
    const found = await this.ask("outcomes", { start });
    if (!found?.run) return;
    list.querySelector(":scope > button")?.remove();
    const rows = found.rows.map(([, name, outcome, reason]) => [name, outcome, reason]);
    if (rows.length) list.append(table(["customer", "outcome", "why"], rows));
    const next = start + found.rows.length;
    if (next < found.all) list.append(h("button", { type: "button", onclick: () => this.moreOutcomes(list, next) }, `${figure(found.all - next)} more`));
  }
}

function paintCell(cell, value) {
  const key = value === null ? "…" : typeof value === "string" ? value : JSON.stringify(value);
  if (cell.shown === key && cell.isPlain === (typeof value === "string")) return;
  cell.shown = key;
  cell.isPlain = typeof value === "string";
  const staged = value !== null && typeof value !== "string";
  cell.classList.toggle("wbg-staged", staged);
  cell.classList.toggle("wbg-invalid", staged && (value[2] & 2) > 0);
  cell.classList.toggle("wbg-loading", value === null);
  cell.removeAttribute("aria-label");
  if (!staged) {
    cell.textContent = value ?? "";
    return;
  }
  const [text, before, flags] = value;
  const glyph = flags & 2 ? "✗" : "●";
  cell.replaceChildren(said(glyph, "wbg-glyph"), change(before, text));
  cell.setAttribute("aria-label", `${text || "empty"}, staged, was ${before || "empty"}${flags & 2 ? ", not valid" : ""}`);
}

/** A text in an element of its own. */
function said(text, look = "") {
  const made = h("span", look ? { class: look } : {});
  made.textContent = text;
  return made;
}

/** A value that becomes another. */
function change(before, after) {
  const [old, fresh] = [h("bdi", { class: "wbg-old" }), h("bdi", { class: "wbg-new" })];
  old.textContent = before || "∅";
  fresh.textContent = after || "∅";
  return h("span", { class: "wbg-change" }, old, " → ", fresh);
}

/** A small table of texts and elements. */
function table(heads, rows) {
  const cell = (one) => {
    const made = h("td");
    if (typeof one === "string") {
      const text = h("bdi");
      text.textContent = one;
      made.append(text);
    } else made.append(one);
    return made;
  };
  return h("table", {}, h("thead", {}, h("tr", {}, ...heads.map((one) => h("th", { scope: "col" }, one)))),
    h("tbody", {}, ...rows.map((row) => h("tr", {}, ...row.map(cell)))));
}

function render({ model, el }) {
  const root = h("div");
  el.append(root);
  const grid = new Grid(model, root);
  return () => grid.close();
}

export default { render };

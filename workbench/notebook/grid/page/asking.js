/** What is known of the bench: asked for, kept, forgotten when it moved, and told around the grid. */
class Asking {
  /** Asks, takes where the bench stands, and gives what was answered; null (and says why) if it could not be done. */
  async ask(verb, more = {}, quiet = false, patient = false) {
    const answer = await this.wire.ask(verb, more, patient);
    if (answer.wrong) {
      this.heldElsewhere = Boolean(answer.wrong.held);
      if (this.heldElsewhere) this.showBanner(answer.wrong.said, "held");
      else if (!quiet) this.say(answer.wrong.said, true);
      return quiet ? answer : null;
    }
    this.heldElsewhere = false;
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
    else {
      this.draw();
      if (!this.changing && this.columns.length && String(at.wide) !== this.wide) this.refit();
    }
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
    this.wide = String(this.at.wide);
    this.cursor.column = Math.min(this.cursor.column, this.columns.length - 1);
    this.layOut();
    this.scroller.setAttribute("aria-colcount", String(this.columns.length));
    if (this.inRoot(this.scroller)) this.park();
    this.lines?.forEach((line) => line.element.remove());
    this.lines = [];
    this.drawHeads();
    this.measure();
  }

  /** Columns in which something is staged are wider: both values are to be seen. */
  async refit() {
    this.wide = String(this.at.wide);
    const found = await this.ask("columns");
    if (!found || String(found.columns.map((one) => one.name)) !== String(this.columns.map((one) => one.name))) return;
    this.columns = found.columns;
    this.layOut();
    this.lines.forEach((line) => line.cells.forEach((cell, place) => this.fit(cell, place)));
    this.drawHeads();
    if (this.cursor.row >= 0 && this.inRoot(this.scroller)) this.reveal();
    this.draw();
  }

  /** Where the columns stand, in pixels. */
  layOut() {
    let left = GUTTER;
    this.lefts = this.columns.map((one) => {
      one.px = Math.round(one.wide * 7.4) + 18;
      const here = left;
      left += one.px;
      return here;
    });
    this.canvas.style.width = `${left}px`;
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
    if (message.push === "moved" && this.at) this.ask("look", {}, false, true);
    if (message.push === "progress" || message.push === "ended") this.showStanding(message);
  }

  /** Says that nothing is heard of the kernel, or no longer. */
  silent(silent) {
    if (!silent) {
      if (this.banner.dataset.why === "silent") this.hideBanner();
      return;
    }
    const kept = this.session ? ` What was staged is kept in the session file ${this.session}.session.` : "";
    const cut = this.running ? " A commit that it was busy with can be resumed there." : "";
    this.showBanner(
      `The kernel does not answer. It may be busy with a cell, or gone.${kept} After a restart, run the cell again that opens the session and shows the grid.${cut}`,
      "silent",
    );
  }

  /** Tells the keys. */
  help() {
    this.say("Enter edits · space marks · shift+↑↓ marks on · a marks all found · E edits the column · i adds an item · d unstages · u undoes · / searches · t next table · c changes, then c commits");
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
    const inside = this.inRoot(this.banner);
    this.banner.hidden = true;
    if (inside && this.columns.length) this.focusCell();
    this.banner.dataset.why = "";
  }

  say(said, bad = false) {
    this.status.textContent = said;
    this.status.classList.toggle("wbg-bad", bad);
  }

  showAt() {
    const at = this.at;
    const keys = this.root.getRootNode().activeElement; // a browser may take them from what is disabled before this is over
    if (this.tables) {
      if (!this.tabs.childElementCount) {
        this.tabs.append(...this.tables.map((name) => h("button", { type: "button", onclick: () => this.turn(name) }, name)));
      }
      for (const one of this.tabs.children) one.setAttribute("aria-pressed", String(one.textContent === at.table));
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
    if (keys?.matches?.(".wbg-tools :disabled")) this.focusCell();
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
    this.goal = table;
    this.changing = true;
    this.closeEditor();
    const found = await this.ask("table", { table, count: BLOCK });
    if (this.goal !== table) return; // another was asked for meanwhile
    this.changing = false;
    if (!found) return;
    this.closePane();
    this.top = 0;
    this.scroller.scrollLeft = 0;
    this.cursor = { row: 0, column: 0 };
    this.anchor = null;
    this.takeColumns(found);
    this.setTop(0);
    this.takeWindow(found.window);
    this.query.value = this.at.query;
    this.hideWrong();
    this.goTo(0, 0, false);
  }
}

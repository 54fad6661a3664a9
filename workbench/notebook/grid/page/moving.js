/** Where the cursor is, what is marked, searched and sorted; the keys. */
class Moving extends Drawing {
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
    } else if (this.scroller.getRootNode().activeElement !== this.scroller) this.park();
    this.showCell();
  }

  /** The keys stay with the grid while the cell that had them is drawn anew: lost, they would be the notebook's. */
  park() {
    this.wanted = this.parked = true;
    this.scroller.focus({ preventScroll: true });
    this.parked = false;
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
      F2: () => this.edit(), e: () => this.edit(), E: () => this.editMany(), i: () => this.addItem(), c: () => this.showChanges(),
      " ": (event) => (this.cursor.row < 0 ? this.sortBy(this.cursor.column) : this.markAt(this.cursor.row, event.shiftKey)),
      "?": () => this.help(), M: () => this.mark("restore"),
      a: () => this.mark("found"), u: () => this.act("undo"), U: () => this.act("redo"), d: () => this.unstageHere(), D: () => this.unstageMarked(),
      "/": () => { this.query.focus(); this.query.select(); },
      t: () => this.turn(this.tables[(this.tables.indexOf(this.changing ? this.goal : this.table) + 1) % this.tables.length]),
      Escape: () => (this.pane ? this.closePane() : this.at.marked && this.mark("clear")),
    };
  }

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
    if (well) this.form?.recount();
  }

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
}

/** Draws the rows that can be seen: a few lines that are filled anew as the grid is scrolled. */
class Drawing extends Asking {
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

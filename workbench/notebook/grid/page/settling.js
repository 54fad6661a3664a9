/** Conflicts: the three values of each, and which of them stays, or a new one. */
class Settling {
  constructor(grid, found) {
    this.grid = grid;
    this.found = found;
    this.ways = [];
    this.typing = null;
  }

  /** What is shown of them; nothing if there is none. */
  elements() {
    const { found } = this;
    if (!found?.all) return [];
    const rows = found.conflicts.map((one) => {
      const ways = h("span", { class: "wbg-ways" });
      this.ways.push(ways);
      this.offer(ways, one);
      return [one.who, one.path, one.loaded || "∅", one.gone ? "(gone)" : one.theirs || "∅", one.ours || "∅", ways];
    });
    const every = found.all > 1
      ? [h("p", { class: "wbg-form" }, this.keep(`Keep ours in all ${figure(found.all)}`, "ours", { all: true }), this.keep(`Take theirs in all ${figure(found.all)}`, "theirs", { all: true }))]
      : [];
    return [
      said(`${many(found.all, "cell")} changed on the server since loaded: held until you say which value stays`, "wbg-bad"),
      h("div", { class: "wbg-conflicts" }, table(["customer", "cell", "loaded", "theirs", "ours", ""], rows)),
      ...(found.all > rows.length ? [said(`and ${many(found.all - rows.length, "conflict")} more`, "wbg-soft")] : []), ...every,
    ];
  }

  /** The ways out of one conflict. Of an item that the server no longer has only theirs can be kept. */
  offer(ways, one) {
    const where = placeOf(one);
    const other = h("button", { type: "button", class: "wbg-other", onclick: () => this.type(ways, one) }, "Another value…");
    ways.replaceChildren(...(one.gone ? [] : [this.keep("Keep ours", "ours", where)]), this.keep("Take theirs", "theirs", where), ...(one.gone ? [] : [other]));
  }

  keep(label, what, where) {
    return h("button", { type: "button", class: `wbg-${what}`, onclick: () => this.settle({ keep: what, ...where }) }, label);
  }

  async settle(asked) {
    const done = await this.grid.ask("resolve", { ...asked, mark: this.found.mark });
    if (done) {
      this.typing = null;
      this.grid.say(`${done.said}; Undo takes it back`);
    }
    if (done || asked.keep !== "value") await this.grid.showChanges();
    return done;
  }

  /** What is being typed as another value: of which conflict, and whether it has the keys. Null if nothing is. */
  typed() {
    const { field, one, kept } = this.typing ?? {};
    if (!field) return kept ?? null;
    return { one, text: field.value, first: field.selectionStart, last: field.selectionEnd, keys: field.matches(":focus") };
  }

  /** Goes on with what was typed before this was drawn anew. If that is no conflict any more, the text is said once more. */
  again(kept) {
    if (!kept) return;
    const key = JSON.stringify(placeOf(kept.one));
    const place = (this.found?.conflicts ?? []).findIndex((one) => !one.gone && JSON.stringify(placeOf(one)) === key);
    if (place >= 0) this.type(this.ways[place], this.found.conflicts[place], kept);
    else this.grid.say(`${kept.one.path} of ${kept.one.who} is in no conflict now; not staged: ${kept.text || "∅"}`, true);
  }

  /** Asks for a value that takes the place of both; what it would come to is said while it is typed. `kept`: what was typed before. */
  async type(ways, one, kept = null) {
    const { mark } = this.found;
    const where = placeOf(one);
    this.typing = { one, kept };
    const root = this.grid.root.getRootNode();
    const keys = root.activeElement;
    const began = await this.grid.ask("ours", { ...where, mark });
    if (!ways.isConnected) return;
    if (!began) return this.grid.showChanges();
    let turn = 0;
    let ready = null;
    const field = h("input", { type: "text", class: "wbg-input", "aria-label": `Another value of ${one.path} of ${one.who}` });
    const told = h("div", { class: "wbg-soft", role: "status" });
    const yes = h("button", { type: "button", class: "wbg-first wbg-value", disabled: true }, "Keep this");
    const weigh = async () => {
      const mine = ++turn;
      ready = null;
      yes.disabled = true;
      const answer = await this.grid.ask("weigh", { ...where, mark, text: field.value }, true);
      if (mine !== turn || !field.isConnected) return;
      const wrong = answer.wrong?.said ?? (answer.ok.invalid ? `not valid, so the customer stays held: ${answer.ok.why}` : "");
      told.className = wrong ? "wbg-bad" : "wbg-soft";
      told.textContent = wrong || (answer.ok.clears ? "empties the cell" : "takes the place of both");
      if (answer.wrong) return;
      ready = answer.ok.text;
      yes.disabled = false;
    };
    const soon = later(weigh, 150);
    const go = () => ready !== null && !yes.disabled && this.settle({ keep: "value", text: ready, ...where });
    const leave = () => {
      this.typing = null;
      this.offer(ways, one);
      ways.querySelector(".wbg-other").focus();
    };
    const suggesting = new Suggesting(field, (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Enter") go();
      else leave();
    });
    suggesting.choices = began.choices;
    field.value = kept?.text ?? began.text;
    this.typing = { one, field };
    field.addEventListener("input", () => {
      turn++;
      ready = null;
      yes.disabled = true;
      soon();
    });
    yes.onclick = go;
    const no = h("button", { type: "button", onclick: leave }, "Leave");
    ways.replaceChildren(h("span", { class: "wbg-settling" }, told, h("span", { class: "wbg-form" }, suggesting.element, yes, no)));
    if (!kept || (kept.keys && root.activeElement === keys)) {
      field.focus();
      field.setSelectionRange(kept?.first ?? 0, kept?.last ?? field.value.length);
    }
    return weigh();
  }
}

/** Which cell a conflict is of. */
const placeOf = ({ table, field, row }) => ({ table, field, row });

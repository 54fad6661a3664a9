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
    field.addEventListener("input", () => {
      this.began = true;
      this.offer();
    });
    field.addEventListener("blur", () => setTimeout(() => this.hide(), 150));
    field.addEventListener("keydown", (event) => this.key(event));
    this.element = h("div", { class: "wbg-suggesting" }, field, this.list);
  }

  /** What could be typed came: it is shown to whoever has begun to type. */
  know(choices) {
    this.choices = choices;
    if (this.began) this.offer();
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

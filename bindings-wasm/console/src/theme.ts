import { byId, memory } from "./dom.js";

/** Lets the user choose the light theme, the dark one or the system's, and remembers it. */
export function startTheme(): void {
  const group = byId("theme", HTMLFieldSetElement);
  const apply = (theme: string) => {
    if (theme === "auto") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
  };
  const radios = [...group.querySelectorAll("input")];
  const chosen = radios.find((radio) => radio.value === memory.read("theme"));
  if (chosen) {
    chosen.checked = true;
    apply(chosen.value);
  }
  group.addEventListener("change", (event) => {
    const { value } = event.target as HTMLInputElement;
    memory.write("theme", value);
    apply(value);
  });
}

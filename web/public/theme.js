// Runs before the first paint, so that nobody who chose dark is flashed white. A file of its own: the content security policy allows no inline script.
{
  const chosen = localStorage.getItem("keel.theme") ?? '"system"'
  const dark = chosen === '"dark"' || (chosen === '"system"' && matchMedia("(prefers-color-scheme: dark)").matches)
  document.documentElement.classList.toggle("dark", dark)
}

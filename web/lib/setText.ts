/** setText: the text of an element that holds nothing else; its text node stays, which costs the browser less than another one. */
export const setText = (element: Element, text: string): void => {
  const { firstChild } = element
  if (firstChild === null) element.textContent = text
  else if (firstChild.nodeValue !== text) firstChild.nodeValue = text
}

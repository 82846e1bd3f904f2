/**
 * returnFocus: the focus goes back to what opened a menu once that has faded away, unless it is elsewhere by then: taken from a menu that was
 * opened meanwhile, it would close that one.
 */
export const returnFocus = (event: Event): void => {
  if (document.activeElement !== null && document.activeElement !== document.body) event.preventDefault()
}

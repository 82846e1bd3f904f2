/** linkToken: what a mailed link carries behind its #. Taken out of the address bar at once: it is as good as a password. */
export const linkToken = (): string => {
  const token = window.location.hash.slice(1)
  if (token !== "") window.history.replaceState(null, "", window.location.pathname)
  return token
}

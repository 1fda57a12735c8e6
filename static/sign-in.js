// allauth tells of a passkey that could not be used by an event only; this shows it on the page
document.addEventListener("allauth.error", () => {
  const words = document.getElementById("passkey-problem");
  if (words) words.hidden = false;
});

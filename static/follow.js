// The time zone of the reader's clock is chosen for them where the page knows only UTC; they see it and can change it.
const zone = document.querySelector("select[name=zone][data-guess]");
if (zone && zone.value === "UTC" && zone.selectedOptions[0].defaultSelected) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const found = [...zone.options].find((one) => one.value === here || one.dataset.was === here);
  if (found) zone.value = found.value;
}

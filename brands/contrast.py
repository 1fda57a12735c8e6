"""How well a colour stands out from another: the contrast of WCAG 2.2, from 1 to 21."""

LIGHT_PAPER = "#fbfaf8"  # --paper of voices.css
DARK_PAPER = "#19151b"
LEAST = 3.0  # WCAG 1.4.11 for marks that mean something


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, each # and six digits."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

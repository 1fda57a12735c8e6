"""Cards that stand for a page where its address is shared: 1200 by 630 pixels, drawn by workers, never by a GET."""

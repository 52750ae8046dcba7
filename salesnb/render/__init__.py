"""Theme, chart shapes, tables and HTML: what every page is drawn with; knows no subject."""

"""Lingtan (零碳): carbon footprints and CBAM figures from what a factory measures, burns, buys and makes."""

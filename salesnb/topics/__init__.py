"""One file per question of a report: what is computed, the words, the picture, the tables, the
deals behind each figure.
"""

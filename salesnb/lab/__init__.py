"""Exploring by choosing: choices, what is seen of them, the code that gives the same, and the
widgets of JupyterLab on top.
"""

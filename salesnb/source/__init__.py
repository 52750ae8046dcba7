"""The only room that knows a CRM, a file or an engine: raw export in, canonical tables out, every
row accounted for.
"""

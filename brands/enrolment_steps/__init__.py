"""Enrolling in the studio, in steps with an address each: a file, its columns, the check, and the enrolling itself.

receiving -> columns -> (worker) checking -> mending -> (worker) carrying -> (worker, within a day) undoing. The check
is the import's own code (brands.importing): a row becomes the same plan in the check, in the enrolling, and in the
command. Workers hold a claim (claims); what they did so far stands in the rows, so that another one goes on from there.
"""

"""Enrolling from a staff list: a file becomes rows, rows become a plan, and the plan is shown or carried out.

files (csvfile, workbook) -> columns -> rows -> planning (pure, over what knowing found) -> carrying -> report.
"""

"""The notebook's face: `Flow`, its canvas, live runs, deployments, jobs and magics.

Importing any module here needs no Jupyter until something is displayed.
"""

"""The dashboard: streamlit run app.py."""

from pages.parts import frame

# Streamlit writes a bare text in this file onto the page: notes are comments here.
# Pages to read.
PAGES = (
    ("overview", "pages/review/overview.py"),
    ("valve_time", "pages/review/valve_time.py"),
    ("zero_fee", "pages/review/zero_fee.py"),
    ("zero_errand", "pages/review/zero_errand.py"),
    ("feedback", "pages/review/feedback.py"),
    ("satisfaction", "pages/review/satisfaction.py"),
    ("projects", "pages/review/projects.py"),
    ("grids", "pages/review/grids.py"),
    ("stages", "pages/review/stages.py"),
    ("changes", "pages/review/changes.py"),
)
# The page that one case stands on.
ONE = (("case", "pages/review/case.py"),)
# Pages to work with.
WORK = (
    ("actions", "pages/planning/actions.py"),
    ("upload", "pages/planning/upload.py"),
    ("batches", "pages/planning/batches.py"),
    ("quality", "pages/planning/quality.py"),
    ("population", "pages/planning/population.py"),
    ("close", "pages/planning/close.py"),
    ("export", "pages/planning/export.py"),
)

# Pages to manage with.
MANAGE = (
    ("managers", "pages/manage/managers.py"),
    ("targets", "pages/manage/targets.py"),
    ("dictionary", "pages/manage/dictionary.py"),
)

if __name__ == "__main__":
    frame.run((*PAGES, *ONE), WORK, MANAGE)

"""The dashboard: streamlit run app.py."""

from pages.parts import frame

PAGES = (
    ("overview", "pages/review/overview.py"),
    ("valve_time", "pages/review/valve_time.py"),
    ("zero_fee", "pages/review/zero_fee.py"),
    ("zero_errand", "pages/review/zero_errand.py"),
    ("feedback", "pages/review/feedback.py"),
    ("satisfaction", "pages/review/satisfaction.py"),
    ("projects", "pages/review/projects.py"),
    ("grids", "pages/review/grids.py"),
)

if __name__ == "__main__":
    frame.run(PAGES)

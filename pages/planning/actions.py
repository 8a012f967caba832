"""督办事项: what is to be done, by whom and until when; kept until somebody closes it."""

from pages.parts import actions, frame

view = frame.open("actions")
actions.settle()
actions.open_ones(view)
actions.todo(view)
actions.closed_ones(view)

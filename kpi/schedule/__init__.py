"""Reports on a schedule: every kind of report of a month written into a folder, and, where asked for, a link to it pushed to a group.

    FILE      the configuration of reports in the folder of the store
    close     issue a month with all that its reports say
    asked     what the reports of a month are made from
    stretch   what the papers of any period are made from
    government_data  what the government's report of any period says
    template  the .docx they are set into, where somebody named one
    last      the latest month that is over
    write     make and write reports
    push      tell a group robot where they lie
"""

from __future__ import annotations

from kpi.schedule.asking import FILE, asked, government_data, last, stretch, template
from kpi.schedule.issuing import close
from kpi.schedule.pushing import Robot, push, robot
from kpi.schedule.writing import Outcome, write

__all__ = ["FILE", "Outcome", "Robot", "asked", "close", "government_data", "last", "push", "robot", "stretch", "template", "write"]

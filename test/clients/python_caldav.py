"""What people do with python3-caldav 0.11, one step after the other.

Arguments: URL, user, password. Prints the name of each step that went well, and stops with a traceback
at the first that did not.
"""

import sys
from datetime import date, datetime, timedelta, timezone

import caldav
from caldav.elements import dav
from caldav.lib import error

url, user, password = sys.argv[1:4]
steps = []


def step(function):
    steps.append(function)
    return function


def event(uid, start, *more, hours=1):
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Example//python3-caldav//EN",
        "BEGIN:VEVENT",
        "UID:" + uid,
        "DTSTAMP:20260101T000000Z",
        start.strftime("DTSTART:%Y%m%dT%H%M%SZ"),
        (start + timedelta(hours=hours)).strftime("DTEND:%Y%m%dT%H%M%SZ"),
        *more,
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    return "\r\n".join(lines)


def at(month, day, hour=9):
    return datetime(2026, month, day, hour, tzinfo=timezone.utc)


client = caldav.DAVClient(url=url, username=user, password=password)
principal = client.principal()


def calendar():
    return principal.calendar(cal_id="work")


def names(objects):
    return sorted(str(each.vobject_instance.vevent.summary.value) for each in objects)


@step
def principal_and_calendars():
    assert client.check_cdav_support() and client.check_dav_support()
    assert user in str(principal.url)
    assert str(principal.calendar_home_set.url).endswith("/SOGo/dav/%s/Calendar/" % user)
    assert [each.name for each in principal.calendars()] == ["Personal Calendar"]


@step
def make_calendar():
    made = principal.make_calendar(name="Work", cal_id="work")
    assert made.get_properties([dav.DisplayName()])["{DAV:}displayname"] == "Work"
    assert sorted(each.name for each in principal.calendars()) == ["Personal Calendar", "Work"]
    assert "VEVENT" in made.get_supported_components()
    made.set_properties([dav.DisplayName("Work & play")])
    assert calendar().get_properties([dav.DisplayName()])["{DAV:}displayname"] == "Work & play"


@step
def save_event():
    work = calendar()
    work.save_event(event("meeting", at(3, 2), "SUMMARY:Meeting"))
    work.save_event(event("daily", at(3, 2, 12), "SUMMARY:Stand-up", "RRULE:FREQ=DAILY;COUNT=10"))
    made = work.save_event(dtstart=at(5, 1), dtend=at(5, 1, 10), summary="Made from parts")
    assert names(work.events()) == ["Made from parts", "Meeting", "Stand-up"]
    made.load()
    made.vobject_instance.vevent.summary.value = "Changed"
    made.save()
    assert names(work.events()) == ["Changed", "Meeting", "Stand-up"]
    assert work.event_by_url(made.url).load().vobject_instance.vevent.summary.value == "Changed"


@step
def refusals():
    work = calendar()
    for wrong in ("no calendar at all", event("", at(1, 1))):
        try:
            work.save_event(wrong)
        except (error.PutError, error.AuthorizationError, ValueError, AttributeError):
            continue
        raise AssertionError("stored what is no event")
    for create in (lambda: principal.make_calendar(name="Work", cal_id="work"),):
        try:
            create()
        except (error.MkcalendarError, error.MkcolError, error.DAVError):
            continue
        raise AssertionError("made a calendar where one is")


@step
def objects_by_sync_token():
    work = calendar()
    known = work.objects_by_sync_token(load_objects=True)
    assert len(list(known)) == 3
    updated, deleted = known.sync()
    assert (list(updated), list(deleted)) == ([], [])
    work.save_event(event("new", at(4, 1), "SUMMARY:New"))
    updated, deleted = known.sync()
    assert names(updated) == ["New"] and list(deleted) == []
    gone = list(updated)[0].url
    work.event_by_url(gone).delete()
    updated, deleted = known.sync()
    assert list(updated) == [] and [each.url for each in deleted] == [gone]
    later = work.objects_by_sync_token(sync_token=known.sync_token)
    assert list(later) == []


@step
def date_search():
    work = calendar()
    found = work.date_search(at(3, 2, 0), at(3, 3, 0), expand=False)
    assert names(found) == ["Meeting", "Stand-up"]
    assert names(work.date_search(at(3, 5, 0), at(3, 6, 0), expand=False)) == ["Stand-up"]
    assert work.date_search(at(6, 1), at(6, 2), expand=False) == []


@step
def date_search_expanded():
    found = calendar().date_search(at(3, 4, 0), at(3, 7, 0), expand=True)
    starts = []
    for each in found:
        for each_event in each.vobject_instance.vevent_list:
            starts.append(each_event.dtstart.value.day)
            assert each_event.recurrence_id is not None
        assert "RRULE" not in each.data
    assert sorted(starts) == [4, 5, 6], starts


@step
def todos():
    tasks = principal.make_calendar(
        name="Tasks", cal_id="tasks", supported_calendar_component_set=["VTODO"]
    )
    assert tasks.get_supported_components() == ["VTODO"]
    tasks.save_todo(summary="Water the plants", due=date(2026, 3, 1))
    tasks.save_todo(summary="Pay the rent", due=date(2026, 2, 1))
    pending = tasks.todos()
    assert [str(each.vobject_instance.vtodo.summary.value) for each in pending] == [
        "Pay the rent",
        "Water the plants",
    ]
    pending[0].complete()
    assert len(tasks.todos()) == 1
    assert len(tasks.todos(include_completed=True)) == 2


@step
def search():
    work = calendar()
    assert names(work.search(event=True, summary="Stand")) == ["Stand-up"]
    found = work.search(event=True, start=at(3, 2, 0), end=at(3, 3, 0), expand=False)
    assert names(found) == ["Meeting", "Stand-up"]
    assert names([work.event_by_uid("meeting")]) == ["Meeting"]
    try:
        work.event_by_uid("nobody")
    except error.NotFoundError:
        pass
    else:
        raise AssertionError("found what is not there")


@step
def free_busy():
    answer = calendar().freebusy_request(at(3, 2, 0), at(3, 3, 0))
    lines = answer.vobject_instance.vfreebusy.freebusy_list
    periods = [period for line in lines for period in line.value]
    assert sorted(start.hour for start, _ in periods) == [9, 12], periods


@step
def delete():
    work = calendar()
    work.event_by_uid("meeting").delete()
    assert names(work.events()) == ["Changed", "Stand-up"]
    work.delete()
    assert sorted(each.name for each in principal.calendars()) == ["Personal Calendar", "Tasks"]


wanted = sys.argv[4:] or [each.__name__ for each in steps]
for each in steps:
    if each.__name__ in wanted:
        each()
        print("done", each.__name__, flush=True)

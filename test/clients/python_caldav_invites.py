"""Inviting and answering with python3-caldav 0.11.

Arguments: URL, password. Prints the name of each step that went well, and stops with a traceback
at the first that did not. The people are ada, ben and cleo.
"""

import sys
from datetime import datetime, timezone

import caldav
from caldav.elements import cdav

url, password = sys.argv[1:3]


def signed_in(user):
    return caldav.DAVClient(url=url, username=user, password=password).principal()


def personal(principal):
    return next(each for each in principal.calendars() if str(each.url).rstrip("/").endswith("personal"))


def partstat(found, mail):
    lines = found.icalendar_component["attendee"]
    lines = lines if isinstance(lines, list) else [lines]
    return next(str(one.params["PARTSTAT"]) for one in lines if str(one).lower() == "mailto:" + mail)


def event(uid):
    return "\r\n".join(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Example//python3-caldav//EN",
            "BEGIN:VEVENT",
            "UID:" + uid,
            "DTSTAMP:20260101T000000Z",
            "DTSTART:20300107T090000Z",
            "DTEND:20300107T100000Z",
            "SUMMARY:Planning",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
    )


ada, ben, cleo = (signed_in(user) for user in ("ada", "ben", "cleo"))

assert "inbox" in str(ada.schedule_inbox().url) and "outbox" in str(ada.schedule_outbox().url)
print("done boxes")

made = personal(ada).save_with_invites(
    event("invited"), [ben.get_vcal_address(), "cleo@example.org"], partstat="NEEDS-ACTION"
)
copy = personal(ben).event_by_uid("invited")
assert partstat(copy, "ben@example.org") == "NEEDS-ACTION"
print("done invite")

copy.change_attendee_status(partstat="ACCEPTED")
copy.save()
made.load()
assert partstat(made, "ben@example.org") == "ACCEPTED"
other = personal(cleo).event_by_uid("invited")
assert partstat(other, "ben@example.org") == "ACCEPTED"
print("done accept")

assert made.get_property(cdav.ScheduleTag(), use_cached=False)
print("done tag")

other.delete()
made.load()
assert partstat(made, "cleo@example.org") == "DECLINED"
print("done decline")

# What the library makes of the answer is nothing: it looks for DAV:response.
posted = []
send = ada.client.post
ada.client.post = lambda *given, **named: posted.append(send(*given, **named)) or posted[-1]
ada.freebusy_request(
    datetime(2030, 1, 7, tzinfo=timezone.utc),
    datetime(2030, 1, 8, tzinfo=timezone.utc),
    [ben.get_vcal_address(), "nobody@elsewhere.example"],
)
answer = str(posted[0].raw)
assert "20300107T090000Z/20300107T100000Z" in answer and "2.0;Success" in answer, answer
assert "5.3;" in answer, answer
print("done freebusy")

made.delete()
try:
    personal(ben).event_by_uid("invited")
    raise AssertionError("still there")
except caldav.lib.error.NotFoundError:
    print("done cancel")

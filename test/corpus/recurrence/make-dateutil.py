#!/usr/bin/python3
"""Makes dateutil.json: rules, and the instances that python3-dateutil finds for them.

    test/corpus/recurrence/make-dateutil.py > test/corpus/recurrence/dateutil.json

One half is the grid that dateutil's own tests go through, every frequency with every BY part, alone and
together; the other is drawn by lot, always the same. Left out is what dateutil reads otherwise than
RFC 5545 §3.3.10 has it (see reads_otherwise), what it refuses, and what it does not come to an end with.
"""
import json
import random
import signal
from datetime import datetime, timedelta
from itertools import islice

from dateutil import __version__
from dateutil.rrule import rrulestr

FREQUENCIES = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY']
START = datetime(1997, 9, 2, 9)
KEPT = 8
YEARS = {'YEARLY': 60, 'MONTHLY': 20, 'WEEKLY': 12, 'DAILY': 8, 'HOURLY': 2, 'MINUTELY': 0.12, 'SECONDLY': 0.005}

GRID = [
    '', 'INTERVAL=2', 'INTERVAL=100', 'INTERVAL=3;WKST=SU',
    'BYMONTH=1,3', 'BYMONTHDAY=1,3', 'BYMONTHDAY=-1,-31', 'BYMONTH=1,3;BYMONTHDAY=5,7',
    'BYDAY=TU,TH', 'BYDAY=1TU,-1TH', 'BYDAY=3TU,-3TH', 'BYDAY=5FR', 'BYDAY=MO,-1MO',
    'BYMONTH=1,3;BYDAY=TU,TH', 'BYMONTH=1,3;BYDAY=1TU,-1TH', 'BYMONTH=1,3;BYDAY=3TU,-3TH',
    'BYMONTHDAY=1,3;BYDAY=TU,TH', 'BYMONTH=1,3;BYMONTHDAY=1,3;BYDAY=TU,TH',
    'BYYEARDAY=1,100,200,365', 'BYYEARDAY=-365,-266,-166,-1', 'BYYEARDAY=366,-366',
    'BYMONTH=4,7;BYYEARDAY=1,100,200,365', 'BYMONTH=4,7;BYYEARDAY=-365,-266,-166,-1',
    'BYWEEKNO=20;BYDAY=MO', 'BYWEEKNO=1;BYDAY=MO', 'BYWEEKNO=52;BYDAY=SU', 'BYWEEKNO=-1;BYDAY=SU',
    'BYWEEKNO=53;BYDAY=MO', 'BYWEEKNO=1,53;BYDAY=TU,SA;WKST=SU', 'BYWEEKNO=20;BYMONTHDAY=12,13,14',
    'BYHOUR=6,18', 'BYMINUTE=6,18', 'BYSECOND=6,18', 'BYHOUR=6,18;BYMINUTE=6,18',
    'BYHOUR=6,18;BYSECOND=6,18', 'BYMINUTE=6,18;BYSECOND=6,18',
    'BYHOUR=6,18;BYMINUTE=6,18;BYSECOND=6,18',
    'BYMONTHDAY=15,20;BYHOUR=6,18;BYSETPOS=3,-3', 'BYDAY=TU,TH;BYHOUR=6,18;BYSETPOS=2,-1',
    'BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', 'BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,2', 'BYMONTHDAY=13;BYDAY=FR',
    'BYMONTHDAY=28,29,30,31;BYSETPOS=-1', 'INTERVAL=2;BYDAY=TU,SU;WKST=MO',
    'INTERVAL=2;BYDAY=TU,SU;WKST=SU', 'BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8',
]


def some(chance, of, most):
    return sorted(chance.sample(of, chance.randint(1, min(most, len(of)))))


def drawn(chance):
    frequency = chance.choice(FREQUENCIES)
    parts = ['FREQ=' + frequency]
    if chance.random() < 0.5:
        parts.append('INTERVAL=%d' % chance.choice([1, 2, 3, 5, 12, 18]))
    if chance.random() < 0.3:
        parts.append('WKST=' + chance.choice(['MO', 'SU', 'WE']))
    week = frequency == 'YEARLY' and chance.random() < 0.2
    if chance.random() < 0.3:
        parts.append('BYMONTH=' + ','.join(map(str, some(chance, range(1, 13), 4))))
    if week:
        parts.append('BYWEEKNO=' + ','.join(map(str, some(chance, [*range(1, 54), -1, -53], 4))))
    if chance.random() < 0.15:
        parts.append('BYYEARDAY=' + ','.join(map(str, some(chance, [*range(1, 367), *range(-366, 0)], 40))))
    if chance.random() < 0.3:
        parts.append('BYMONTHDAY=' + ','.join(map(str, some(chance, [*range(1, 32), *range(-31, 0)], 6))))
    if week or chance.random() < 0.4:
        days = some(chance, ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'], 4)
        if frequency in ('YEARLY', 'MONTHLY') and not week:
            most = 53 if frequency == 'YEARLY' else 5
            days = [chance.choice(['', '', '1', '2', '-1', str(most), str(-most + 1)]) + day for day in days]
        parts.append('BYDAY=' + ','.join(days))
    for name, size in (('BYHOUR', 24), ('BYMINUTE', 60), ('BYSECOND', 60)):
        if chance.random() < 0.15:
            parts.append(name + '=' + ','.join(map(str, some(chance, range(size), 3))))
    if len(parts) > 2 and chance.random() < 0.25:
        parts.append('BYSETPOS=' + ','.join(map(str, some(chance, [1, 2, 3, 5, -1, -2, -4], 3))))
    start = datetime(1997, 1, 1) + timedelta(
        days=chance.randrange(365 * 8), hours=chance.randrange(24), minutes=chance.choice([0, 0, 30, 59])
    )
    return ';'.join(parts), start


def reads_otherwise(rule, start):
    parts = dict(part.split('=') for part in rule.split(';'))
    days = parts.get('BYDAY', '').split(',')
    week_start = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'].index(parts.get('WKST', 'MO'))
    return (
        # Of weekdays with and without ordinals it wants both at once.
        len({len(day) > 2 for day in days}) > 1
        # It cuts the first week off at DTSTART before it counts.
        or (parts['FREQ'] == 'WEEKLY' and 'BYSETPOS' in parts and start.weekday() != week_start)
        # It takes the last days of a week 52 for a week 53.
        or ('53' in parts.get('BYWEEKNO', '') and week_start != 0)
    )


class TooSlow(Exception):
    pass


def too_slow(*_):
    raise TooSlow


def case(rule, start):
    if reads_otherwise(rule, start):
        return None
    frequency = rule[5:].split(';')[0]
    end = start + timedelta(days=int(365 * YEARS[frequency]))
    signal.setitimer(signal.ITIMER_VIRTUAL, 2)
    try:
        found = rrulestr('RRULE:%s;UNTIL=%s' % (rule, text(end)), dtstart=start)
        # Without DTSTART, which dateutil counts only when the rule names it.
        dates = list(islice((date for date in found if date != start), KEPT))
    except (ValueError, IndexError, TooSlow):
        return None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return {'rule': rule, 'start': text(start), 'end': text(end), 'dates': [text(date) for date in dates]}


def text(date):
    return date.strftime('%Y%m%dT%H%M%S')


def main():
    signal.signal(signal.SIGVTALRM, too_slow)
    chance = random.Random(5545)
    wanted = [
        (';'.join(filter(None, ('FREQ=' + frequency, parts))), START)
        for frequency in FREQUENCIES
        for parts in GRID
    ]
    wanted += [drawn(chance) for _ in range(450)]
    cases = [found for found in (case(rule, start) for rule, start in wanted) if found]
    print('{ "dateutil": %s, "cases": [' % json.dumps(__version__))
    print(',\n'.join(json.dumps(one, separators=(',', ':')) for one in cases))
    print('] }')


main()

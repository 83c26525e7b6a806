"""Reports as meetings write them; the people are invented. The session is on 22 June 2027, 09:30 to 11:00 in London."""

TEAMS = """1. Summary
Meeting title\tToolkit tour
Attended participants\t3
Start time\t6/22/27, 9:21:10 AM
End time\t6/22/27, 11:02:41 AM
Meeting duration\t1h 41m 31s
Average attendance time\t58m 12s

2. Participants
Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole
Pat Sample\t6/22/27, 9:25:00 AM\t6/22/27, 11:01:00 AM\t1h 36m 0s\tpat@example.org\tp.sample@example.org\tPresenter
Lou Sample (Guest)\t6/22/27, 9:30:00 AM\t6/22/27, 11:00:00 AM\t1h 0m 0s\t\t\tAttendee
Jo Doe\t6/22/27, 9:50:00 AM\t6/22/27, 10:20:00 AM\t30m\tjo@example.org\tjo@example.org\tAttendee

3. In-Meeting Activities
Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole
Pat Sample\t6/22/27, 9:25:00 AM\t6/22/27, 11:01:00 AM\t1h 36m 0s\tpat@example.org\tPresenter
Lou Sample (Guest)\t6/22/27, 9:30:00 AM\t6/22/27, 10:00:00 AM\t30m\t\tAttendee
Lou Sample (Guest)\t6/22/27, 10:30:00 AM\t6/22/27, 11:00:00 AM\t30m\t\tAttendee
Jo Doe\t6/22/27, 9:50:00 AM\t6/22/27, 10:20:00 AM\t30m\tjo@example.org\tAttendee
"""
TEAMS_SUMS = TEAMS.partition("3. In-Meeting")[0]
TEAMS_GERMAN = """1. Zusammenfassung
Besprechungstitel;Toolkit tour

2. Teilnehmer
Name;Erster Beitritt;Letztes Verlassen;Dauer der Besprechung;E-Mail;Teilnehmer-ID (UPN);Rolle
Pat Sample;22.06.27, 09:25:00;22.06.27, 11:01:00;1 Std. 36 Min. 0 Sek.;pat@example.org;;Teilnehmer
Lou Sample;22.06.27, 09:30:00;22.06.27, 11:00:00;60 Min. 0 Sek.;;;Teilnehmer
Jo Doe;22.06.27, 09:50:00;22.06.27, 10:20:00;30 Min.;jo@example.org;;Teilnehmer
"""
TEAMS_OLD = """Full Name\tUser Action\tTimestamp
Pat Sample\tJoined before\t22/06/2027, 09:25:00
Lou Sample\tJoined\t22/06/2027, 09:30:00
Lou Sample\tLeft\t22/06/2027, 10:00:00
Jo Doe\tJoined\t22/06/2027, 09:50:00
Jo Doe\tLeft\t22/06/2027, 10:20:00
Lou Sample\tJoined\t22/06/2027, 10:30:00
"""
ZOOM = """Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants
999 9999 9999,Toolkit tour,06/22/2027 09:20:00 AM,06/22/2027 11:02:00 AM,host@example.org,102,3

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest
Patricia (Pat Sample),,06/22/2027 09:25:00 AM,06/22/2027 11:01:00 AM,96,Yes
"Sample, Lou",,06/22/2027 09:30:00 AM,06/22/2027 10:00:00 AM,30,Yes
"Sample, Lou",,06/22/2027 10:30:00 AM,06/22/2027 11:00:00 AM,30,Yes
Jo,JO@example.org,06/22/2027 09:50:00 AM,06/22/2027 10:20:00 AM,30,No
"""
ZOOM_SUMS = """Name (Original Name),User Email,Total Duration (Minutes),Guest
Pat Sample,pat@example.org,90,No
Lou Sample,,60,Yes
Jo Doe,,30,Yes
"""
ZOOM_WEBINAR = """
Attended,User Name (Original Name),First Name,Last Name,Email,Join Time,Leave Time,Time in Session (minutes)
Yes,Pat,Pat,Sample,pat@example.org,2027-06-22 09:25:00,2027-06-22 11:01:00,96
Yes,Lou Sample,Lou,Sample,,2027-06-22 09:30:00,2027-06-22 10:00:00,30
Yes,Lou Sample,Lou,Sample,,2027-06-22 10:30:00,2027-06-22 11:00:00,30
Yes,Jo Doe,Jo,Doe,jo@example.org,2027-06-22 08:50:00 UTC,2027-06-22 09:20:00 UTC,30
No,Vi Sample,Vi,Sample,vi@example.org,--,--,--
"""
ALL = {
    "teams": TEAMS,
    "teams, sums alone": TEAMS_SUMS,
    "teams in german": TEAMS_GERMAN,
    "teams of old": TEAMS_OLD,
    "zoom": ZOOM,
    "zoom, sums alone": ZOOM_SUMS,
    "zoom webinar": ZOOM_WEBINAR,
}


def teams_report(people, *, day="6/22/27"):
    """A Teams report of people, each a name, an address and stays in minutes from 09:30 on."""

    def clock(minute):
        hour, rest = divmod(9 * 60 + 30 + minute, 60)
        return f"{day}, {hour % 12 or 12}:{rest:02}:00 {'AM' if hour < 12 else 'PM'}"

    head = "1. Summary\nMeeting title\tToolkit tour\n\n3. In-Meeting Activities\n"
    head += "Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole\n"
    rows = [
        f"{name}\t{clock(start)}\t{clock(end)}\t{abs(end - start)}m 0s\t{address}\tAttendee\n"
        for name, address, stays in people
        for start, end in stays
    ]
    return head + "".join(rows)

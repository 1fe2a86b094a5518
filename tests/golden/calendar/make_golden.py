"""Public holidays 2023-2030 by the Python package holidays: python make_golden.py > holidays.csv

Left out, because no rule knows them ahead: elections, decreed days and bridge days; Sundays that the
package lists as holidays of law without a day off (NL Good Friday is no public holiday either).
"""
import holidays

COUNTRIES = ("AR AT BE BR CA CH CO CZ DE DK ES FI FR GB IE IT MX NL NO NZ PE PL PT SE US ZA").split()
UNKNOWN = ("Election", "election", "Decree", "Bridge", "Change of Federal",
           "National Unity", "100th", "Visit", "Maundy Thursday")
NOT_PUBLIC = {"NL": ("Good Friday", "Liberation Day")}

print(f"# holidays {holidays.__version__}; weekdays and Saturdays only")
for country in COUNTRIES:
    subdivision = "ENG" if country == "GB" else None
    days = holidays.country_holidays(country, subdiv=subdivision, years=range(2023, 2031))
    for day, name in sorted(days.items()):
        skipped = UNKNOWN[:-1] if country != "AR" else UNKNOWN
        names = [n for n in name.split("; ") if not any(word in n for word in skipped)]
        if day.weekday() == 6 or not names:
            continue
        if any(word in name for word in NOT_PUBLIC.get(country, ())):
            continue
        if 2023 <= day.year <= 2030:
            print(f"{country},{day}")

"""Where the sample customers are: countries, cities, streets, names and phone numbers in the scripts of the place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Place:
    """One country's vocabulary.

    `countries` are spellings, the right one repeated so that it is the commonest. `cities` are (city, state, zip,
    phone), where `#` in a zip or a phone is any digit; `states` gives the long names of states.
    """

    countries: tuple[str, ...]
    cities: tuple[tuple[str, str, str, str], ...]
    streets: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    companies: tuple[str, ...]
    suffixes: tuple[str, ...]


_US: Final = Place(
    ("US",) * 16 + ("USA", "USA", "USA", "U.S.", "U.S.A.", "United States", "us", "Usa", "United States of America"),
    (
        ("Boston", "MA", "021##", "+1617#######"),
        ("Worcester", "MA", "016##", "+1508#######"),
        ("Newark", "NJ", "071##", "+1973#######"),
        ("Hartford", "CT", "061##", "+1860#######"),
        ("Providence", "RI", "029##", "+1401#######"),
        ("New York", "NY", "100##", "+1212#######"),
        ("Brooklyn", "NY", "112##", "+1718#######"),
        ("Philadelphia", "PA", "191##", "+1215#######"),
        ("Atlanta", "GA", "303##", "+1404#######"),
        ("Miami", "FL", "331##", "+1305#######"),
        ("Charlotte", "NC", "282##", "+1704#######"),
        ("High Point", "NC", "272##", "+1336#######"),
        ("Nashville", "TN", "372##", "+1615#######"),
        ("Columbus", "OH", "432##", "+1614#######"),
        ("Detroit", "MI", "482##", "+1313#######"),
        ("Chicago", "IL", "606##", "+1312#######"),
        ("Minneapolis", "MN", "554##", "+1612#######"),
        ("Dallas", "TX", "752##", "+1214#######"),
        ("Austin", "TX", "787##", "+1512#######"),
        ("Houston", "TX", "770##", "+1713#######"),
        ("Denver", "CO", "802##", "+1303#######"),
        ("Phoenix", "AZ", "850##", "+1602#######"),
        ("Los Angeles", "CA", "900##", "+1213#######"),
        ("San Francisco", "CA", "941##", "+1415#######"),
        ("Portland", "OR", "972##", "+1503#######"),
        ("Seattle", "WA", "981##", "+1206#######"),
    ),
    (
        "Main St",
        "Main Street",
        "Oak Ave",
        "Broadway",
        "Market St.",
        "Industrial Blvd",
        "W 4th Street",
        "Elm Road",
        "Park Avenue",
        "Commerce Dr",
        "Washington St",
        "Furniture Row",
        "Mill Rd",
        "Harbor Way",
        "County Rd 12",
    ),
    (
        "James",
        "Mary",
        "John",
        "Patricia",
        "Robert",
        "Jennifer",
        "Michael",
        "Linda",
        "David",
        "Elizabeth",
        "Carlos",
        "Aisha",
        "Wei",
        "Siobhán",
        "DeShawn",
        "Mary Ann",
        "Renée",
        "Luis",
        "Priya",
        "Tom",
    ),
    (
        "Smith",
        "Johnson",
        "O'Brien",
        "McDonald",
        "van der Berg",
        "García",
        "Nguyen",
        "Brown",
        "Davis",
        "Miller",
        "Wilson",
        "Lopez",
        "De La Cruz",
        "Kowalski",
        "Lee",
        "Patel",
        "St. John",
        "Smith-Jones",
        "D'Angelo",
        "Young",
    ),
    (
        "Acme",
        "Blue Ridge Home",
        "Coastal Living",
        "Harbor Light",
        "Maple & Main",
        "Northwind",
        "Sunrise Interiors",
        "Old Mill",
        "Cedar Creek",
        "Golden Gate",
        "The Cozy Nest",
        "Bayou Trading",
        "Lone Star Gifts",
        "Prairie House",
        "Smith Bros",
        "Copper Kettle",
        "Evergreen",
        "Magnolia Market",
        "River & Rye",
        "Summit Outdoor",
        "Twin Oaks",
        "Urban Loft",
        "Willow Lane",
        "Desert Bloom",
        "Liberty Supply",
        "Queen City",
        "3 Sisters",
        "A-1 Lighting",
    ),
    ("Inc.", "LLC", "Co.", "Corp", "Inc", "L.L.C.", "Wholesale", "Furniture", "Gifts", "& Sons", "Home Decor", ""),
)
_CANADA: Final = Place(
    ("CA",) * 6 + ("Canada", "CAN", "CANADA"),
    (
        ("Toronto", "ON", "M5V 2T6", "+1416#######"),
        ("Montréal", "QC", "H2X 1Y4", "+1514#######"),
        ("Ottawa", "ON", "k1p5m7", "+1613#######"),
    ),
    ("rue Saint-Denis", "King St W", "Yonge Street", "chemin de la Côte-des-Neiges"),
    ("Élodie", "François", "Margaret", "Jean-Luc", "Noah"),
    ("Tremblay", "Bélanger", "MacLeod", "Côté", "Singh"),
    ("Érable", "Maison du Nord", "Great Lakes", "True North"),
    ("Inc.", "Ltée", "Ltd."),
)
_BRITAIN: Final = Place(
    ("GB",) * 5 + ("UK", "UK", "U.K.", "United Kingdom", "England"),
    (
        ("London", "", "EC1A 1BB", "+44207946####"),
        ("Manchester", "", "M1 1AE", "+44161496####"),
        ("Leeds", "West Yorkshire", "ls1 4ap", "+44113496####"),
    ),
    ("High Street", "Church Lane", "Station Road", "Victoria Rd"),
    ("Oliver", "Amelia", "Harry", "Zoë"),
    ("Taylor", "Jones", "Fitzgerald", "Ng"),
    ("Kensington", "The Old Forge", "Thames", "Peak District"),
    ("Ltd", "Limited", "PLC"),
)
_GERMANY: Final = Place(
    ("DE",) * 5 + ("Deutschland", "Germany", "D", "GER"),
    (
        ("Berlin", "", "10115", "+4930#######"),
        ("München", "Bayern", "80331", "+4989#######"),
        ("Köln", "NRW", "50667", "+49221######"),
        ("Dresden", "", "1067", "+49351######"),
    ),
    ("Hauptstraße", "Bahnhofstr.", "Königsallee", "Am Weißen Tor"),
    ("Jürgen", "Anna-Lena", "Günther", "Sören"),
    ("Müller", "Groß", "von der Heide", "Schröder"),
    ("Möbelhaus Süd", "Bäckerei Krüger", "Nordlicht", "Weiß"),
    ("GmbH", "GmbH & Co. KG", "e.K.", "AG"),
)
_FRANCE: Final = Place(
    ("FR",) * 4 + ("France", "FRANCE", "F"),
    (
        ("Paris", "", "75004", "+331########"),
        ("Lyon", "", "69002", "+334########"),
        ("Nice", "", "6000", "+334########"),
    ),
    ("rue de l'Église", "avenue Foch", "bd. Saint-Michel"),
    ("Chloé", "Benoît", "Anaïs"),
    ("Lefèvre", "d'Arc", "Béranger"),
    ("Café Français", "L'Œuvre", "Déco Été"),
    ("SARL", "S.A.", "SAS"),
)
_ELSEWHERE: Final = (
    Place(
        ("GR", "GR", "Greece", "Ελλάδα"),
        (("Αθήνα", "", "105 57", "+30210#######"), ("Θεσσαλονίκη", "", "546 24", "+302310######")),
        ("Οδός Ερμού", "Λεωφόρος Νίκης"),
        ("Γιώργος", "Ελένη"),
        ("Παπαδόπουλος", "Οικονόμου"),
        ("Ελαιώνας", "Αιγαίο"),
        ("ΑΕ", "ΕΠΕ"),
    ),
    Place(
        ("UA", "UA", "Ukraine", "Україна"),
        (("Київ", "", "01001", "+38044#######"), ("Львів", "", "79000", "+38032#######")),
        ("вулиця Хрещатик", "пр. Перемоги"),
        ("Олена", "Сергій"),
        ("Шевченко", "Коваленко"),
        ("Світанок", "Дніпро"),
        ("ТОВ", "ПП"),
    ),
    Place(
        ("CN", "CN", "China", "中国"),
        (("上海", "上海市", "200000", "+8621########"), ("深圳", "广东", "518000", "+86755########")),
        ("南京路", "人民路"),
        ("伟", "秀英"),
        ("王", "李"),
        ("东方家具", "长江贸易"),
        ("有限公司", "集团"),
    ),
    Place(
        ("JP", "JP", "Japan", "日本"),
        (("東京", "東京都", "100-0001", "+813########"), ("大阪市", "大阪府", "530-0001", "+816########")),
        ("銀座4丁目", "梅田"),
        ("太郎", "ハナコ"),
        ("佐藤", "鈴木"),
        ("さくら商事", "ヤマト家具"),
        ("株式会社", "(株)"),
    ),
    Place(
        ("AE", "AE", "UAE", "الإمارات"),
        (("دبي", "دبي", "", "+9714#######"), ("أبو ظبي", "", "", "+9712#######")),
        ("شارع الشيخ زايد", "شارع المكتوم"),
        ("محمد", "فاطمة"),
        ("الهاشمي", "بن راشد"),
        ("نخلة الشرق", "دار الأثاث"),
        ("ذ.م.م", ""),
    ),
    Place(
        ("IL", "IL", "Israel", "ישראל"),
        (("תל אביב", "", "6100000", "+9723#######"), ("חיפה", "", "3100000", "+9724#######")),
        ("רחוב דיזנגוף", "שדרות רוטשילד"),
        ("דוד", "שרה"),
        ("כהן", "לוי"),
        ("בית הזית", "אור לבית"),
        ('בע"מ', ""),
    ),
    Place(
        ("TH", "TH", "Thailand"),
        (("กรุงเทพมหานคร", "", "10110", "+662#######"), ("เชียงใหม่", "", "50000", "+6653######")),
        ("ถนนสุขุมวิท", "ถนนพระราม 4"),
        ("สมชาย", "มาลี"),
        ("ใจดี", "ศรีสุข"),
        ("บ้านไม้ไทย", "สยามการค้า"),
        ("จำกัด", ""),
    ),
    Place(
        ("IN", "IN", "India", "भारत"),
        (("मुंबई", "महाराष्ट्र", "400001", "+9122########"), ("नई दिल्ली", "DL", "110001", "+9111########")),
        ("महात्मा गांधी मार्ग", "लिंक रोड"),
        ("राजेश", "प्रिया"),
        ("शर्मा", "पटेल"),
        ("गंगा ट्रेडर्स", "सूर्य फर्नीचर"),
        ("प्रा. लि.", ""),
    ),
    Place(
        ("MX", "MX", "Mexico", "México", "MEX"),
        (("Ciudad de México", "CDMX", "06000", "+5255########"), ("Mérida", "Yuc.", "97000", "+52999#######")),
        ("Av. Insurgentes Sur", "Calle 60"),
        ("José", "María Fernanda"),
        ("Núñez", "Hernández"),
        ("Muebles Peña", "La Casa Azul 🏠"),
        ("S.A. de C.V.", "S de RL"),
    ),
)

PLACES: Final = (_US,) * 28 + (_CANADA,) * 4 + (_BRITAIN,) * 3 + (_GERMANY,) * 3 + (_FRANCE,) * 2 + _ELSEWHERE
"""Every place, as often as customers come from there."""

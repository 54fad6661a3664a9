"""How people type the same thing: the spellings that the sample customers are full of, the usual ones repeated."""

from __future__ import annotations

from typing import Final

Choices = tuple[str | None, ...]

PAYMENT_TERMS: Final[Choices] = (
    *("NET30",) * 18,
    *("NET 30",) * 10,
    *("Net30",) * 7,
    *("Net 30",) * 6,
    *("net 30 days",) * 4,
    *("Net 30 Days",) * 3,
    *("N30", "N30", "net30", "NET-30", "30 days net", "NET  30", "NET 30 ", "Net\u00a030", "n/30", "Nett 30"),
    *("NET60",) * 5,
    *("NET 60", "NET 60", "Net 60 days", "N60"),
    *("NET15", "NET15", "Net 15", "net 15 days"),
    *("COD",) * 4,
    *("C.O.D.", "cod", "Cash on delivery"),
    *("Due on receipt",) * 4,
    *("DUE ON RECEIPT", "due on reciept", "Upon Receipt"),
    *("Prepaid", "Prepaid", "PREPAID", "Pre-paid", "2% 10 Net 30", "2/10 NET 30", "Credit Card", "TBD", "", None, None),
)
FREIGHT_TERMS: Final[Choices] = (
    *("Prepaid & Add",) * 10,
    *("Prepaid and Add", "PPA", "prepaid & add", "Prepaid &amp; Add"),
    *("Collect",) * 8,
    *("COLLECT", "Freight Collect", "collect "),
    *("FOB",) * 6,
    *("F.O.B.", "FOB Origin", "FOB Destination", "fob"),
    *("Cust. Pickup",) * 6,
    *("Customer Pickup", "customer pick up", "CPU", "Will Call"),
    *("Third Party", "3rd Party", "", None),
)
SHIPPING_METHODS: Final[Choices] = (
    *("UPS Ground",) * 12,
    *("UPS GROUND", "ups ground", "UPS Grnd", "UPS-Ground", "UPS  Ground"),
    *("FedEx",) * 8,
    *("FEDEX", "Fed Ex", "Fedex Ground", "FedEx Ground", "fedx"),
    *("DHL",) * 5,
    *("D.H.L.", "dhl", "DHL Express"),
    *("LTL",) * 5,
    *("LTL Freight", "ltl", "Common Carrier", "Best Way", "BEST WAY", "USPS", "U.S.P.S.", "Pickup", "", None, None),
)
PAYMENT_MODES: Final[Choices] = (
    *("AMEX",) * 6,
    *("Amex", "American Express", "amex"),
    *("VISA",) * 8,
    *("Visa", "visa", "Visa ****1234"),
    *("MC", "Mastercard", "Mastercard", "MasterCard", "MASTERCARD"),
    *("ACH",) * 6,
    *("A.C.H.", "ach"),
    *("Check",) * 8,
    *("CHECK", "check", "Cheque", "Chk"),
    *("Wire",) * 4,
    *("Wire Transfer", "WIRE", "Bank transfer", "", None, None),
)
DESIGNATIONS: Final[Choices] = (
    *("Owner",) * 6,
    *("OWNER", "owner", "Co-owner"),
    *("Buyer",) * 6,
    *("buyer", "Sr. Buyer", "Senior Buyer", "Purchasing", "Purchasing Mgr", "Purchasing Manager"),
    *("Sales Manager", "Sales Manager", "sales mgr", "Accounts Payable", "A/P", "AP", "Store Manager", "Mgr"),
    *("CEO", "President", "N/A", "", None, None),
)
MAIL_DOMAINS: Final = (
    *("gmail.com",) * 12,
    *("yahoo.com",) * 5,
    *("outlook.com", "outlook.com", "hotmail.com", "hotmail.com", "aol.com", "icloud.com", "comcast.net"),
    *("gmial.com", "gmail.con", "gamil.com", "yaho.com", "hotmial.com", "outlok.com"),
)
PLACEHOLDERS: Final = (
    "test",
    "n/a",
    "N/A",
    "TBD",
    "xxx",
    "-",
    ".",
    "unknown",
    "none",
    "TEST CUSTOMER",
    "do not use",
    "?",
)
CUSTOMER_ATTRIBUTES: Final[tuple[tuple[str, Choices], ...]] = (
    ("Segment", ("Retail", "Retail", "retail", "RETAIL", "Designer", "designer", "Hospitality", "E-commerce", "ecom")),
    ("Tax Exempt", ("Yes", "yes", "Y", "TRUE", "No", "no", "N", "x", "", None)),
    ("Store Type", ("Boutique", "boutique", "Chain", "Department Store", "Dept. store", "Pop-up", "Online only")),
    ("Credit Limit", ("5000", "5,000", "$5,000.00", "10000", "10k", "25000", "0", "")),
    ("Buying Group", ("None", "none", "ACE", "Ace", "Furniture First", "NHFA", None)),
    ("Customer Since", ("2019", "2021-04-01", "04/01/2021", "1.4.2021", "Apr 2021", "unknown")),
    ("Color", ("Red", "red", "RED", "Blue", "blue ", "grey", "gray")),
)
ADDRESS_ATTRIBUTES: Final[tuple[tuple[str, Choices], ...]] = (
    ("Dock", ("Yes", "No", "yes", "Y", "dock high", "")),
    ("Lift Gate", ("Required", "required", "No", "N", None)),
    ("Delivery Hours", ("9-5", "9am - 5pm", "09:00-17:00", "M-F 8 to 4", "call first")),
)
CONTACT_ATTRIBUTES: Final[tuple[tuple[str, Choices], ...]] = (
    ("Language", ("English", "english", "EN", "Spanish", "Español", "fr", "Deutsch")),
    ("Newsletter", ("Yes", "yes", "No", "opt-out", "TRUE", "1", "")),
)
DEPARTMENTS: Final = ("Sales", "Sales", "Key Accounts", "Customer Care", "Field Sales")
REPS: Final = (
    ("Dana", "Whitfield"),
    ("Marcus", "Oyelaran"),
    ("Priya", "Raman"),
    ("Tom", "Kessler"),
    ("Zoë", "Lindqvist"),
    ("Hector", "Villaseñor"),
    ("Grace", "Okafor"),
    ("Ben", "Ashworth"),
    ("Yuki", "Tanaka"),
    ("Fiona", "MacAllister"),
    ("Andre", "Baptiste"),
    ("Lena", "Hoffmann"),
    ("Sam", "Rivera"),
    ("Nadia", "Haddad"),
    ("Owen", "Pritchard"),
    ("Chloe", "Dubois"),
    ("Ravi", "Subramanian"),
    ("Kate", "O'Donnell"),
    ("John", "Smith"),
    ("John", "Smith"),
    ("Victor", "Ito"),
)
PRICE_LISTS: Final = (
    "Standard Wholesale",
    "Designer Trade",
    "Key Accounts",
    "Canada (CAD)",
    "Europe (EUR)",
    "Closeout 2022",
)

// SPDX-License-Identifier: MIT
#include "find/words.h"

// clang-format off
const struct synonym find_synonyms[] = {
    { "vpn|remote|private|internal", "zpa private access segment" },
    { "publish|expose", "application segment" },
    { "website|websites|site|sites|webpage|domain|domains|web", "url" },
    { "block|blocks|blocked|deny|forbid|allow|permit|whitelist|blacklist|filter|filtering", "rule filtering" },
    { "laptop|laptops|pc|computer|computers|machine|machines|endpoint|endpoints", "device devices" },
    { "slow|lag|latency|performance|experience|sluggish", "zdx score application experience" },
    { "office|offices|branch|branches|site|sites|building", "location" },
    { "employee|employees|people|person|persons|staff|who|anybody|somebody", "user users" },
    { "virus|viruses|antivirus|malware|threat|threats", "malware atp threat" },
    { "tls|https|decrypt|decrypted|decryption|certificate", "ssl inspection" },
    { "leak|leaks|exfiltration|loss|confidential", "dlp" },
    { "intrusion|exploit|exploits", "ips" },
    { "sim|sims|cellular|esim|iccid", "zcell sim" },
    { "roam|roams|roaming|abroad", "country usage" },
    { "cost|costs|expensive", "usage" },
    { "login|log|signin|sso|mfa|authenticate", "authentication" },
    { "trace|tracing", "deeptrace" },
    { "exposed|attack|surface|vulnerable|vulnerability|vulnerabilities|cve", "zeasm findings" },
    { "typosquatting|phishing|impersonate|look|looks", "lookalike" },
    { "saas|unsanctioned|sanctioned|permission|unapproved", "shadow it" },
    { "activate|commit|apply|pending|deploy", "activation activate configuration" },
    { "agent|agents|workload|workloads|microsegmentation", "zms" },
    { "protect|protected|protection|unprotected", "protection status" },
    { "offline|online|connected|disconnected|healthy|health|up|down", "status connection" },
    { "privileged|rdp|ssh|bastion", "pra" },
    { "saml|scim|idp", "attribute" },
    { "incident|incidents", "cyber incidents zins" },
    { "report|statistics|stats|trend|top|traffic", "zins" },
    { "zidentity|directory", "zid" },
    { "member|members", "group users" },
    { "otp|password|passcode", "otp" },
    { "connector|connectors", "app connector" },
    { "client|zapp|enrolled", "zcc" },
    { "aws|azure|gcp|cloud|account|accounts", "public cloud account ztw" },
    { "admin|admins|administrator|administrators", "admins" },
    { "label|labels|tag|tags", "label" },
    { "download|downloads|upload|uploads|attachment|attachments", "file type" },
    { "router|ipsec|tunnel|tunnels", "vpn credential gre tunnel" },
    { "server|servers", "server group" },
    { "hash|md5", "sandbox file hash" },
    { NULL, NULL },
};
// clang-format on

const char *const find_stop_words[] = {
    "a",      "about", "all",  "already", "an",   "and",   "are",  "as",    "at",    "be",
    "behind", "by",    "can",  "do",      "does", "for",   "from", "has",   "have",  "how",
    "i",      "in",    "is",   "it",      "left", "like",  "many", "may",   "me",    "most",
    "much",   "my",    "need", "now",     "of",   "on",    "or",   "our",   "ours",  "out",
    "per",    "put",   "show", "that",    "the",  "their", "them", "there", "this",  "to",
    "us",     "use",   "want", "was",     "we",   "were",  "what", "when",  "where", "which",
    "why",    "will",  "with", "without", "you",  "your",  NULL
};

// SPDX-License-Identifier: MIT
// Keys for tests of client authentication, made for them and used nowhere else. The certificate is
// client_pem's, valid through 2026.
#ifndef TESTS_UNIT_IDP_CLIENT_KEYS_H
#define TESTS_UNIT_IDP_CLIENT_KEYS_H

static const char client_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCrmAjpdOoXBQ/b\n"
    "upV+ESbg/R4Vq2A7P4FJyyg0NgHgcMTtQBrthK+34cWM32RRHzBlmFtmP9+4+NB7\n"
    "/xRaB5TmUPyVuyFGtTkZ8QTPsGVzxii+bEi+kPrV/C18GvytH/C5YhGmsS7LjCHj\n"
    "qrOepUkqtcHxBmqJCczikEpmC2EqGiy8vwHK06VoevMzGFa7lOLTsyn/xC3Oqbn8\n"
    "+eAs3BaieWAaswuKaYY4e44X5HsghDHd8x6dyth1ZlxC2/8httlf6Yw27JVyqRKn\n"
    "q0yJfCDmi47QUbMccBNIhn9w3czk3dl/KsAoM6rYBMC3a0quuLn0TxgNMyft+zhS\n"
    "h2vyDBYJAgMBAAECggEACSwKgpNtBYIlV5uo13uqY27W35YmQex8/Zk2ItpQgzMh\n"
    "QkRBsY383Ybxf2bxJAlB1esNAabAOjvUhbg8BIGbaCyOinYISzuvG8T0uqGavqjq\n"
    "Lx7hzDaQLdrPAe9TBRxWtUtkbE+paRhqYagTdf4EQ/FCDAne18iLaCs0dYa+BhkY\n"
    "cMNMAtzCJVwpeGU4LpA6sjHRY9PqeGGXTTjSoF9+Jj38UbrbsFvwl3hgOE6pUqXY\n"
    "d5eEfeCoYE5G4+UGzHYxyqhGchVGcmEZTWOVz1THliOhPByUbMKpdf0DbwaB5Prb\n"
    "dtFAUzux51FpfdgANLGhd+DlaV0cCNZvebiANT0znQKBgQDhuyp1q7eJpkxHgAjW\n"
    "2V2jEiQosfB1oD3CrPuE0E5kt6Ah38Vndz8vle635r7Xf0JdL071dVhWir9rXVmL\n"
    "Vgu6bduRT8EJMqQhXTYnUxr6kdiGcINGMTYjF3urFDyXWyVZ3E67KeYAN5r9tbMJ\n"
    "igJsVjxOiXTs1TZSMZhSSjK8fQKBgQDCmnYbwHD4X7FRJRqaEVVkqpF9WzPQa/MI\n"
    "PNsvz4vDSvrE+iyDOn2PZJ/lciclY3s5vGx7JcTd3TskWwgtiy1b0YxOlpW/OSP4\n"
    "J6/CDp/VLVMezcpzw2wzN8khsC5V6zN/9VZOUQuGzhamHa3M9XE54Sg7luNbJtCI\n"
    "Nh3FqjTRfQKBgGFwq9lzsJyovpC2whoMZpE4CYfPl98OttpMVZ51VQHBCkzVDZ+m\n"
    "KA5giFW2M3dOpdUX0NvANcvVxN+Rwk+VayakuX02kjtoMtV8KR48j47OWkteUiyA\n"
    "nb/0KRwmdilX3P23Tf0ZDwHU/wC56HkbrAQcDZhRWbnKJ9K/OeN7x/75AoGBALJb\n"
    "o1h4HpJmEjxPB3yh2mQzOLlt96VU6yBntnSxgmVxuTkEGfwEhcQA89P1tg88iFo4\n"
    "aizMRw0ZkPUXQf2MC/yVqET3GzRyCJeOuDXh9XgK3J3k+2Lyf57JyFxJ/43bzg2/\n"
    "LGUHPstE49lIZlztr+LejGNhPevzPTk6cDsUbuh5AoGAD4+SwG/DiIqJ5dmm9VhV\n"
    "h1NaPLq5gTMJ7gogyHSu2B2FJ1ocDkt1SQJD/y+ej4PXRRizCzpEXrgnynyC5te9\n"
    "DR478udD/F6OAEwP7oefoup3ZYDhQT7TQpyzN+hURKGABVXY2vAvBc0ADy+CjlAP\n"
    "A3j82BepIKjTBCjAhYN2CWs=\n"
    "-----END PRIVATE KEY-----\n";

static const char client_certificate[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIICqjCCAZICAQEwDQYJKoZIhvcNAQELBQAwGzEZMBcGA1UEAwwQenNjYWxlci1t\n"
    "Y3AgdGVzdDAeFw0yNjAxMDEwMDAwMDBaFw0yNzAxMDEwMDAwMDBaMBsxGTAXBgNV\n"
    "BAMMEHpzY2FsZXItbWNwIHRlc3QwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEK\n"
    "AoIBAQCrmAjpdOoXBQ/bupV+ESbg/R4Vq2A7P4FJyyg0NgHgcMTtQBrthK+34cWM\n"
    "32RRHzBlmFtmP9+4+NB7/xRaB5TmUPyVuyFGtTkZ8QTPsGVzxii+bEi+kPrV/C18\n"
    "GvytH/C5YhGmsS7LjCHjqrOepUkqtcHxBmqJCczikEpmC2EqGiy8vwHK06VoevMz\n"
    "GFa7lOLTsyn/xC3Oqbn8+eAs3BaieWAaswuKaYY4e44X5HsghDHd8x6dyth1ZlxC\n"
    "2/8httlf6Yw27JVyqRKnq0yJfCDmi47QUbMccBNIhn9w3czk3dl/KsAoM6rYBMC3\n"
    "a0quuLn0TxgNMyft+zhSh2vyDBYJAgMBAAEwDQYJKoZIhvcNAQELBQADggEBAADG\n"
    "0Kmu94dHNIaeIZVUGCik74kDndUXX5suD99Jd+CjpqkXPhOwZ+8SCeK1ugraDX7p\n"
    "Uy3lHIO5FYCfdcWLB0JGcniEsI2AMZOL34WoKra371Vap99xmE/7/N9BxteFKB0n\n"
    "05CqWtZ6wgYIvHL+V5DJu5IHQDuetpXRAEH3GggAgZFnq6dD+ocrwR1lPgj/CKrF\n"
    "57EsWE673Q2pv7DjdEtKQdJ3S2JZffD469dcG3KA9iihMuv1DzLmudKJkCvyMMwG\n"
    "Ix172kCbMvEHj9wmXa4VHm02aIvHY3iqM2IxiTnEH7lKZU7dqKXdfTXhopqfY0y8\n"
    "uCSIZkFtUkMI68fVueg=\n"
    "-----END CERTIFICATE-----\n";

#define CLIENT_X5T "H64FNNLMzqfgC0KYAmSUgn5bhcKgitp1aBVUTDsUWuc"

static const char client_pem_ec[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgokj/u9C8jS7V44iQ\n"
    "RPw+20WyKDGOD7e4iEJON4irB/ShRANCAARLbFirxqOmwqkhyyPQ43bpeAxUOj15\n"
    "KUw55dwYcRmUlWW8dRkAVjbQ7C9FglvaensLqRSyF5PC/rd1T6U/WsuG\n"
    "-----END PRIVATE KEY-----\n";

#endif

// QRWifi

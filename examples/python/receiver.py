# Prints what comes until somebody says the end, or nobody anything for a minute.
import network
import espnow

sta = network.WLAN(network.STA_IF)
sta.active(True)
e = espnow.ESPNow()
e.active(True)
print("receiving")

for mac, msg in e:
    if mac is None or msg == b"end":
        break
    print(mac, bytes(msg), e.peers_table[mac][0], "dBm")
print("received", e.stats()[3])

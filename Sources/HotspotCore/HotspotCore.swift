// HotspotCore

// SPDX-License-Identifier: MIT
#include "tools/tools.h"

static bool place_named(struct tool_call *call, struct err *err)
{
    struct str action = call_text(call, "action");
    if (str_is(action, "geo_by_coordinates"))
        return (call_arg(call, "latitude") && call_arg(call, "longitude")) ||
               err_set(err, ERR_TOOL_ARGUMENTS, "geo_by_coordinates needs latitude and longitude.");
    if (str_is(action, "geo_by_ip"))
        return call_text(call, "ip").n || err_set(err, ERR_TOOL_ARGUMENTS, "geo_by_ip needs ip.");
    return call_text(call, "prefix").n ||
           err_set(err, ERR_TOOL_ARGUMENTS, "city_prefix_search needs prefix.");
}

const struct tool zia_geo_search[] = {
    { "zia_geo_search", "zia_locations", READS,
      "Finds a place: by coordinates, by a public IP address, or by the first letters of a city. Returns city, state, country, coordinates and the ids of the place. Use it to fill in coordinates of locations and static IPs.",
      .steps = STEPS(
          { GET, "/zia/api/v1/region/byGeoCoordinates", .when = "action=geo_by_coordinates",
            .one = true },
          { GET, "/zia/api/v1/region/byIPAddress/{ip}", .when = "action=geo_by_ip", .one = true },
          { GET, "/zia/api/v1/region/search", .when = "action=city_prefix_search" }),
      .args = ARGS(
          { "action", STR | NEEDED, NOWHERE, "How to look.",
            .choices = CHOICES("geo_by_coordinates", "geo_by_ip", "city_prefix_search") },
          { "latitude", NUM, QUERY, "For geo_by_coordinates: degrees, as 45.5.", .step = 1 },
          { "longitude", NUM, QUERY, "For geo_by_coordinates: degrees, as -73.6.", .step = 1 },
          { "ip", STR | OR_NULL, PATH, "For geo_by_ip: the address, as 203.0.113.10.", .step = 2 },
          { "prefix", STR, QUERY, "For city_prefix_search: first letters of the city.",
            .step = 3 }),
      .model = "RegionInfo", .list = true, .prepare = place_named },
    { 0 },
};

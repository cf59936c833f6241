// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_time_intervals[] = {
    { "zia_get_time_interval", "zia_time_intervals", READS, "Read ZIA time interval by its id.",
      .method = GET, .path = "/zia/api/v1/timeIntervals/{interval_id}",
      .args = ARGS({ "interval_id", STR, PATH, "Id of the interval." }), .model = "TimeIntervals" },
    { "zia_create_time_interval", "zia_time_intervals", CREATES,
      "Create ZIA time interval; returns it as stored. Takes effect after zia_activate_configuration.",
      .method = POST, .path = "/zia/api/v1/timeIntervals",
      .args = ARGS({ "name", STR | NEEDED, BODY, "Name." },
                   { "start_time", INT | NEEDED, BODY,
                     "Begin of the window in epoch milliseconds, instead of start_days_ago." },
                   { "end_time", INT | NEEDED, BODY,
                     "End of the window in epoch milliseconds, at least a day back." },
                   { "days_of_week", STRS | NEEDED, BODY, "Days of week, as a list." }),
      .model = "TimeIntervals" },
    { "zia_delete_time_interval", "zia_time_intervals", DELETES,
      "Delete ZIA time interval. The first call deletes nothing: it answers with a confirmation to show to the user. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/timeIntervals/{interval_id}",
      .args = ARGS({ "interval_id", STR, PATH, "Id of the interval." }),
      .says = "Time interval {interval_id} deleted successfully." },
    { 0 },
};

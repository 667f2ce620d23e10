#pragma once
/// Who watches calendars: one pending callback each, at its next change.
#include <map>
#include <string>

#include "models/change_calendar/calendar.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::change_calendar {

class ChangeCalendar : public Model {
 public:
  explicit ChangeCalendar(Cloud& world);

  Cloud& cloud;
  struct Watched {
    Calendar calendar;
    Ticket next;
  };
  std::map<std::pair<Place, std::string>, Watched> watched;

  /// Reads the document again and waits for its next change of state; forgets it when it is gone.
  void watch(const Place& place, const std::string& name);
  /// CreateDocument, UpdateDocument, DeleteDocument of a calendar.
  void on_call(const CallRecord& call);

 private:
  void watch_stacks();
  void change(const Place& place, const std::string& name);
};

/// The calendar of a name or an ARN. InvalidDocument, InvalidDocumentType.
ApiResult<Calendar> find_calendar(Cloud& cloud, const Place& place, const std::string& name);

ApiResult<Json> get_calendar_state(ChangeCalendar& model, const Request& request);

}  // namespace opsim::change_calendar

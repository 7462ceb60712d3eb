#include "tools/commands/registry_commands.h"

#include "tools/commands/audit.h"
#include "tools/commands/backup.h"
#include "tools/commands/break_glass.h"
#include "tools/commands/check.h"
#include "tools/commands/client.h"
#include "tools/commands/events.h"
#include "tools/commands/export.h"
#include "tools/commands/hjelpenummer.h"
#include "tools/commands/import.h"
#include "tools/commands/kodeverk.h"
#include "tools/commands/lookup.h"
#include "tools/commands/purge.h"
#include "tools/commands/quarantine.h"
#include "tools/commands/rebuild.h"
#include "tools/commands/subscriptions.h"
#include "tools/commands/sync.h"
#include "tools/commands/virksomhet.h"

namespace grunndata::tools {

void add_registry_commands(CLI::App& program, CommandHost& host, int& exit_status) {
  add_import_command(program, host, exit_status);
  add_sync_command(program, host, exit_status);
  add_quarantine_command(program, host, exit_status);
  add_lookup_command(program, host, exit_status);
  add_events_command(program, host, exit_status);
  add_export_command(program, host, exit_status);
  add_rebuild_command(program, host, exit_status);
  add_check_command(program, host, exit_status);
  add_audit_command(program, host, exit_status);
  add_purge_command(program, host, exit_status);
  add_backup_command(program, host, exit_status);
  add_subscriptions_command(program, host, exit_status);
  add_kodeverk_command(program, host, exit_status);
  add_client_command(program, host, exit_status);
  add_break_glass_command(program, host, exit_status);
  add_hjelpenummer_command(program, host, exit_status);
  add_virksomhet_command(program, host, exit_status);
}

} // namespace grunndata::tools

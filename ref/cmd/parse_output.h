/*
 * NAME
 *     parse_output.h: a reading told to people, and to scripts
 */
#ifndef CMD_PARSE_OUTPUT_H
#define CMD_PARSE_OUTPUT_H

#include "reading/reading.h"

/* Lines for people; `doubled`: backslashes are shown as the escapes of the input have them. */
void parse_tell(const struct reading *r, bool doubled);

/* One JSON object on a line; false: no memory. */
bool parse_tell_json(const struct reading *r);

#endif

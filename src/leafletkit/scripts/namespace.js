/* The one name that the scripts of a page add to it. Classic scripts: ES modules do not load from a file share. */
var leafletkit = leafletkit || {};
